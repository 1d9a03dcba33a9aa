"""Train a small convolutional network with Keras.

TensorFlow is imported inside the functions: only a process that trains a network pays for it.
"""

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from mmdemo.encoders.augment import Augmentation
from mmdemo.encoders.keras_network import build_network, export, import_tensorflow

Epoch = dict[str, float]
OnEpoch = Callable[[int, Epoch], None]
_SMALLEST = 32  # below this side, in pixels, little of an image remains in the last map


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    epochs: passes over all images. seed: of the first weights, the order and the augmentation.
    batch: images per step. learning_rate: at its peak, after the first `warm_up` (0–1) of the steps.
    weight_decay: as in AdamW. smoothing: share of the target (0–1) that is spread over all classes.
    growth: pairs (share of the epochs, share of the side), 0–1: up to the former, images are shrunk to the latter.
    Small images come first, because they cost a quarter and so can be seen more often.

    Source: Tan and Le (2021), "EfficientNetV2: smaller models and faster training".

    >>> [Recipe(epochs=10).side(64, epoch) for epoch in (1, 5, 6, 8, 9, 10)]
    [32, 32, 48, 48, 64, 64]
    """

    epochs: int = 80
    seed: int = 42
    batch: int = 32
    learning_rate: float = 5e-3
    warm_up: float = 0.2
    weight_decay: float = 1e-4
    smoothing: float = 0.1
    growth: tuple[tuple[float, float], ...] = ((0.5, 0.5), (0.8, 0.75), (1.0, 1.0))
    augmentation: Augmentation = field(default_factory=Augmentation)

    def side(self, size: int, epoch: int) -> int:
        """Return the side, in pixels, to which an epoch (from 1) shrinks images of side `size`."""
        share = next(share for until, share in self.growth if epoch <= until * self.epochs)
        return max(min(size, _SMALLEST), round(size * share))


@dataclass(frozen=True)
class TrainedNetwork:
    """The result of training.

    model: a `.tflite` file from raw pixels, float32 (n, size, size, 3), 0–255, to the last map, (n, h, w, c).
    filters: float32 (h, w, 3, c), the stem's kernels. history: one dict per epoch.
    """

    model: bytes
    filters: np.ndarray
    history: list[Epoch]


def train_network(pixels: np.ndarray, codes: np.ndarray, recipe: Recipe, on_epoch: OnEpoch) -> TrainedNetwork:
    """Train a network that predicts the class codes (n,), 0 to k − 1, from pixels, uint8 (n, size, size, 3).

    on_epoch: called with each epoch's number, from 1, and its {"loss", "accuracy"} on the images as augmented.
    """
    import_tensorflow()
    import keras

    keras.utils.set_random_seed(recipe.seed)
    network = build_network()
    classifier = _add_classifier(network, int(codes.max()) + 1)
    history = _train(classifier, pixels, codes, recipe, on_epoch)
    served = build_network(pixels.shape[1])
    served.set_weights(network.get_weights())
    trained = TrainedNetwork(export(served), served.get_layer("stem_conv").get_weights()[0], history)
    keras.backend.clear_session()
    gc.collect()
    return trained


def _add_classifier(network: Any, classes: int) -> Any:
    import keras

    pooled = keras.layers.GlobalAveragePooling2D(name="average")(network.output)
    return keras.Model(network.input, keras.layers.Dense(classes, name="logits")(pooled), name="classifier")


def _train(classifier: Any, pixels: np.ndarray, codes: np.ndarray, recipe: Recipe, on_epoch: OnEpoch) -> list[Epoch]:
    batch = min(recipe.batch, max(8, len(pixels) // 8), len(pixels))  # few images: smaller batches, but some steps
    steps = len(pixels) // batch
    rng = np.random.default_rng(recipe.seed)
    targets = np.eye(int(codes.max()) + 1, dtype=np.float32)[codes]
    _compile(classifier, recipe, steps * recipe.epochs)
    sides = {recipe.side(pixels.shape[1], number) for number in range(1, recipe.epochs + 1)}
    resized = {side: _resized(pixels, side) for side in sides}
    history = []
    for number in range(1, recipe.epochs + 1):
        seen = resized[recipe.side(pixels.shape[1], number)]
        measured = [
            classifier.train_on_batch(recipe.augmentation.augment(seen[rows], rng), targets[rows])
            for rows in rng.permutation(len(pixels))[: steps * batch].reshape(steps, batch)
        ]
        loss, accuracy = np.mean(measured, axis=0)
        history.append({"loss": float(loss), "accuracy": float(accuracy)})
        on_epoch(number, history[-1])
    return history


def _resized(pixels: np.ndarray, side: int) -> np.ndarray:
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in pixels])


def _compile(classifier: Any, recipe: Recipe, steps: int) -> None:
    import keras

    warm = max(1, math.ceil(steps * recipe.warm_up))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm), warmup_target=recipe.learning_rate, warmup_steps=warm
    )
    classifier.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.smoothing),
        metrics=["accuracy"],
    )
