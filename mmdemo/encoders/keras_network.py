"""A small convolutional network in Keras, and its export as a TFLite file.

TensorFlow is imported inside the functions: only a process that trains a network pays for it.
"""

import os
from contextlib import redirect_stdout, suppress
from io import StringIO
from typing import Any

from mmdemo.encoders.quiet import without_lines
from mmdemo.errors import MissingExtraError

STEM_SIDE = 5
WIDTHS = (24, 48, 96, 192)  # channels of the stem and of the blocks


def import_tensorflow() -> Any:
    """Return the `tensorflow` module, limited to one thread unless it has already been used.

    One thread spends fewer CPU seconds than two, gives the same numbers every time, and leaves the other
    processors to the server. Only a training process calls this: it costs 5 s and 600 MB.
    Raises MissingExtraError where TensorFlow is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with without_lines():
        try:
            import tensorflow
        except ModuleNotFoundError as error:
            raise MissingExtraError("Training a network", "train") from error

        with suppress(RuntimeError):  # it has already been used and keeps its threads
            tensorflow.config.threading.set_intra_op_parallelism_threads(1)
            tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    return tensorflow


def build_network(size: int | None = None) -> Any:
    """Return the untrained Keras model from raw pixels (n, size, size, 3), 0–255, to the last ReLU's map.

    Without a size it takes images of any size; the weights are the same.

    Stages of convolution, ReLU, max pooling and batch normalisation: after pooling this costs a quarter. The last
    stage does not pool, and ends in its ReLU. White becomes 0, like the padding, so an image's border is not an edge.

    Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing internal
    covariate shift".
    """
    import keras

    pixels = keras.Input((size, size, 3), name="pixels")
    x = keras.layers.Rescaling(-1 / 64, offset=255 / 64, name="normalise")(pixels)
    x = _add_stage(x, "stem", WIDTHS[0], side=STEM_SIDE, strides=2)
    for number, width in enumerate(WIDTHS[1:-1], start=1):
        x = _add_stage(x, f"block{number}", width)
    x = _convolve(x, "last", WIDTHS[-1], use_bias=False)
    x = keras.layers.ReLU(name="last")(_normalise(x, "last"))
    return keras.Model(pixels, x, name="cnn")


def export(network: Any) -> bytes:
    """Return a Keras model as a TFLite file in float32 with a free first axis."""
    tensorflow = import_tensorflow()
    with without_lines(), redirect_stdout(StringIO()):  # the converter lists every weight, and warns of its age
        return bytes(tensorflow.lite.TFLiteConverter.from_keras_model(network).convert())


def _add_stage(x: Any, name: str, width: int, **options: Any) -> Any:
    from keras import layers

    x = layers.ReLU(name=name)(_convolve(x, name, width, **options))
    return _normalise(layers.MaxPooling2D(2, name=f"{name}_pool")(x), name)


def _convolve(x: Any, name: str, width: int, side: int = 3, **options: Any) -> Any:
    from keras import layers

    convolution = layers.Conv2D(
        width, side, padding="same", kernel_initializer="he_normal", name=f"{name}_conv", **options
    )
    return convolution(x)


def _normalise(x: Any, name: str) -> Any:
    from keras import layers

    return layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=f"{name}_norm")(x)
