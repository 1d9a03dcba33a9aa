"""A small convolutional network, trained with Keras and handed over as a TFLite file.

TensorFlow is imported inside the functions: only a process that trains a network pays for it.
"""

import gc
import math
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import numpy as np

from mmdemo.features.augment import Augmentation
from mmdemo.features.tensorflow_quiet import import_tensorflow, quiet

STEM_SIDE = 5
WIDTHS = (32, 64, 128, 256)  # channels of the stem and of the blocks
_EPSILON = 1e-3

Epoch = dict[str, float]
OnEpoch = Callable[[int, Epoch], None]


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    epochs: times that every picture is seen. seed: of the first weights, the order and the augmentation.
    batch: pictures a step. learning_rate: at its highest, after the first `warm_up` (0–1) of the steps.
    weight_decay: as in AdamW. smoothing: share of the target (0–1) that is spread over all classes.
    """

    epochs: int = 30
    seed: int = 42
    batch: int = 32
    learning_rate: float = 1e-3
    warm_up: float = 0.2
    weight_decay: float = 1e-4
    smoothing: float = 0.1
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True)
class TrainedNetwork:
    """What training leaves.

    model: a `.tflite` file from raw pixels, float32 (n, size, size, 3), 0–255, to the last map, (n, h, w, c).
    filters: float32 (h, w, 3, c), the stem's kernels. history: one dict an epoch.
    """

    model: bytes
    filters: np.ndarray
    history: list[Epoch]


def train_network(pixels: np.ndarray, codes: np.ndarray, recipe: Recipe, on_epoch: OnEpoch) -> TrainedNetwork:
    """Train a network that tells apart the classes' codes (n,), 0 to k − 1, of pixels, uint8 (n, size, size, 3).

    on_epoch: called with each epoch's number, from 1, and its {"loss", "accuracy"} on the pictures as augmented.
    """
    import_tensorflow()
    import keras

    keras.utils.set_random_seed(recipe.seed)
    network = build_network(pixels.shape[1])
    classifier = _add_classifier(network, int(codes.max()) + 1)
    history = _train(classifier, pixels, codes, recipe, on_epoch)
    trained = TrainedNetwork(export(network), network.get_layer("stem_conv").get_weights()[0], history)
    keras.backend.clear_session()
    gc.collect()
    return trained


def build_network(size: int) -> Any:
    """Return the untrained Keras model from raw pixels (n, size, size, 3), 0–255, to the last ReLU's map.

    A 5×5 stem of stride 2, then blocks of max pooling, 3×3 convolution, batch normalisation and ReLU. White becomes
    0, as the padding is, so that the picture's border is no edge.
    """
    import keras

    pixels = keras.Input((size, size, 3), name="pixels")
    x = keras.layers.Rescaling(-1 / 64, offset=255 / 64, name="normalise")(pixels)
    x = _convolve(x, WIDTHS[0], STEM_SIDE, "stem", strides=2)
    for number, width in enumerate(WIDTHS[1:], start=1):
        x = keras.layers.MaxPooling2D(2, name=f"pool{number}")(x)
        x = _convolve(x, width, 3, f"block{number}")
    return keras.Model(pixels, x, name="cnn")


def export(network: Any) -> bytes:
    """Return a Keras model as a TFLite file in float32 with a free first axis."""
    tensorflow = import_tensorflow()
    with quiet(), redirect_stdout(StringIO()):  # the converter lists every weight, and warns of its own age
        return bytes(tensorflow.lite.TFLiteConverter.from_keras_model(network).convert())


def _convolve(x: Any, width: int, side: int, name: str, strides: int = 1) -> Any:
    from keras import layers

    x = layers.Conv2D(
        width,
        side,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=_EPSILON, name=f"{name}_norm")(x)
    return layers.ReLU(name=name)(x)


def _add_classifier(network: Any, classes: int) -> Any:
    import keras

    pooled = keras.layers.GlobalAveragePooling2D(name="average")(network.output)
    return keras.Model(network.input, keras.layers.Dense(classes, name="logits")(pooled), name="classifier")


def _train(classifier: Any, pixels: np.ndarray, codes: np.ndarray, recipe: Recipe, on_epoch: OnEpoch) -> list[Epoch]:
    batch = min(recipe.batch, max(8, len(pixels) // 8), len(pixels))  # few pictures: smaller steps, but some
    steps = len(pixels) // batch
    rng = np.random.default_rng(recipe.seed)
    targets = np.eye(int(codes.max()) + 1, dtype=np.float32)[codes]
    _compile(classifier, recipe, steps * recipe.epochs)
    history = []
    for number in range(1, recipe.epochs + 1):
        classifier.reset_metrics()
        order = rng.permutation(len(pixels))[: steps * batch].reshape(steps, batch)
        for rows in order:
            seen = recipe.augmentation.augment(pixels[rows], rng).astype(np.float32)
            told = classifier.train_on_batch(seen, targets[rows], return_dict=True)
        history.append({name: float(told[name]) for name in ("loss", "accuracy")})
        on_epoch(number, history[-1])
    return history


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
