"""A small convolutional network trained on the dataset's own images."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np

from mmdemo.encoders.encoder import Encoder, Fitter, OnProgress
from mmdemo.encoders.facts import Cost, Option
from mmdemo.encoders.image_encoder import SIZE_HELP, GlobalAveragePoolingEncoder, ImageLike
from mmdemo.encoders.keras_cnn import Epoch, Recipe, train_network
from mmdemo.encoders.keras_network import WIDTHS, import_tensorflow
from mmdemo.encoders.litert import Layer, LiteRTModel
from mmdemo.errors import ConfigError
from mmdemo.preprocess.image import ImageSettings

_TENSORFLOW = (8.0, 700.0)  # seconds, megabytes
_READ, _TRAINED = 0.1, 0.9  # of all that a network takes: once its images are read, and after its last epoch
_SECONDS_AN_EPOCH = 0.0006  # a row at 64 pixels


class TrainedCNNEncoder(GlobalAveragePoolingEncoder):
    """The last map of a small network that is trained on X and y, averaged; its softmax layer is discarded.

    size: side in pixels, 32–128. epochs: passes over all images, 1–200, the first ones at half that side. seed: of
    everything random. settings: as in every image encoder.

    Learnt: `model_`, the network as the bytes of a `.tflite` file; `filters_`, float32 (h, w, 3, n), the kernels of
    its first layer; `history_`, one dict per epoch. `fit` imports TensorFlow; nothing else does.

    Source: Donahue et al. (2014), "DeCAF: A Deep Convolutional Activation Feature for Generic Visual Recognition".

    >>> TrainedCNNEncoder(size=48).n_features_out
    192
    """

    title = "Network trained here"
    name = "CNN trained here"
    summary = "A small network trained from scratch on your own images: slower, and it needs many images."
    options: ClassVar = {
        "size": Option("Image size (pixels)", 32, 128, (48, 64, 96), SIZE_HELP),
        "epochs": Option("Epochs", 1, 200, range(1, 161), "How many times the network sees every training image."),
        "seed": Option("Seed", 0, 2**32 - 1),
    }
    frozen = False
    trained = True

    def __init__(
        self, size: int = 64, epochs: int = 80, seed: int = 42, settings: ImageSettings = ImageSettings()
    ) -> None:
        self.size = size
        self.epochs = epochs
        self.seed = seed
        self.settings = settings

    @property
    def cost(self) -> Cost:
        """What it adds to a training run; it is trained twice, once for selection and once for the final model."""
        epoch = _SECONDS_AN_EPOCH * (self.size / 64) ** 2
        return Cost(
            *_TENSORFLOW,
            seconds_a_row=0.0055,
            seconds_a_training_row=1.8 * self.epochs * epoch,
            megabytes_a_training_row=self.size**2 * 3 * 5 / 1e6,
        )

    @property
    def n_features_out(self) -> int:
        """Number of features: channels of the last map."""
        return WIDTHS[-1]

    def fit(self, X: Sequence[ImageLike], y: Any = None) -> Self:
        """Train on n images X and their labels y (n,); raises ConfigError for a parameter out of its range."""
        return self.fit_reporting(X, y, lambda event: None)

    def fit_reporting(self, X: Sequence[ImageLike], y: Any, on_progress: OnProgress) -> Self:
        """Train, and report `{"event": "epoch", "epoch": i, "epochs": n, "loss": …, "accuracy": …}` after each epoch.

        `done` beside them is the share (0–1) of all that a network takes; events `network` say what else goes on.
        Loss (nats) and accuracy (0–1) are those on the training images, augmented, as each epoch went on.
        """
        self._validate(X, y)
        codes = np.unique(np.asarray(y), return_inverse=True)[1]
        pixels = np.concatenate(list(self._read(X, on_progress)))
        on_progress({"event": "network", "doing": "starting what trains it (TensorFlow)", "done": _READ})
        import_tensorflow()  # takes seconds, the first time
        on_progress({"event": "network", "doing": "building it", "done": _READ})

        def on_epoch(number: int, epoch: Epoch) -> None:
            done = _READ + (_TRAINED - _READ) * number / self.epochs
            on_progress({"event": "epoch", "epochs": self.epochs, "epoch": number, "done": round(done, 4), **epoch})

        trained = train_network(pixels, codes, Recipe(epochs=self.epochs, seed=self.seed), on_epoch)
        self.model_, self.filters_, self.history_ = trained.model, trained.filters, trained.history
        self.__dict__.pop("_network", None)
        return self

    def fitter(self, X: Sequence[ImageLike], y: np.ndarray, on_progress: OnProgress) -> Fitter:
        """Return a function that trains on some of n images and encodes all of them; see `Encoder`."""

        def fit(rows: np.ndarray) -> tuple[Encoder, np.ndarray]:
            chosen = np.flatnonzero(rows)
            fitted = self.unfitted().fit_reporting([X[i] for i in chosen.tolist()], y[chosen], on_progress)

            def report(done: float) -> None:
                share = _TRAINED + (1 - _TRAINED) * done
                on_progress({"event": "network", "doing": "reading all images with it", "done": round(share, 4)})

            return fitted, fitted.gram_coordinates(X, report)[0]

        return fit

    def filters(self) -> np.ndarray:
        """Return the first layer's kernels, float32 (h, w, 3, n)."""
        return self.filters_

    def map_batch(self, batch: np.ndarray) -> np.ndarray:
        """Return the last maps, float32 (n, h, w, d), of uint8 (n, size, size, 3)."""
        return self._served().run(batch)

    def layers(self, pixels: np.ndarray) -> list[Layer]:
        """Return the layers of one image, uint8 (size, size, 3)."""
        return self._served().layers(pixels)

    def identity(self) -> str:
        """Name the network: the SHA-256 of its file."""
        return f"trained_cnn {self._served().sha256}"

    def learnt(self) -> dict[str, np.ndarray]:
        """Return the network's file, uint8, the first layer's kernels, and loss and accuracy of each epoch."""
        history = np.array([(epoch["loss"], epoch["accuracy"]) for epoch in self.history_]).reshape(-1, 2)
        return {"model": np.frombuffer(self.model_, np.uint8), "filters": self.filters_, "history": history}

    def restore(self, learnt: Mapping[str, np.ndarray]) -> Self:
        """Take over a network that was trained with the same parameters."""
        self.model_, self.filters_ = learnt["model"].astype(np.uint8).tobytes(), learnt["filters"]
        self.history_ = [{"loss": loss, "accuracy": accuracy} for loss, accuracy in learnt["history"].tolist()]
        self.__dict__.pop("_network", None)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return the state of a copy: the network's bytes, without the interpreter."""
        return {name: value for name, value in vars(self).items() if name != "_network"}

    def _read(self, X: Sequence[ImageLike], on_progress: OnProgress) -> Iterator[np.ndarray]:
        read = 0
        for batch in self.prepared_batches(X):
            read += len(batch)
            share = _READ * read / len(X)
            on_progress({"event": "network", "doing": "reading the images", "done": round(share, 4)})
            yield batch

    def _served(self) -> LiteRTModel:
        return self.__dict__.setdefault("_network", LiteRTModel(self.model_))  # atomic: threads get the same one

    def _validate(self, X: Sequence[ImageLike], y: Any) -> None:
        self.check()
        if y is None or len(y) != len(X):
            raise ConfigError(f"trained_cnn needs labels: expected one for each image ({len(X)}), got {_count(y)}.")
        if len(np.unique(np.asarray(y))) < 2:
            raise ConfigError("trained_cnn needs images of at least two classes; add images of another class.")


def _count(y: Any) -> str:
    return "none" if y is None else str(len(y))
