"""The file of a model's heads and of what its encoders have learnt: plain arrays, read without trusting them."""

from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import FILE_BYTES, opened_arrays
from mmdemo.bundles.model_arrays import arrays_of, model_of
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.reading import read_bytes

HEADS = "heads.npz"
NETWORK = "encoder.tflite"


def write_heads(model: Model, folder: Path) -> None:
    """Write a model's heads, and the network that one of its encoders has trained, if any."""
    arrays = arrays_of(model)
    for key in filter(_is_network, arrays):
        (folder / NETWORK).write_bytes(arrays[key].tobytes())
        arrays[key] = np.empty(0, np.uint8)
    np.savez(folder / HEADS, allow_pickle=False, **arrays)  # not compressed: then nothing swells when it is read


def read_heads(folder: Path, config: ModelConfig, classes: tuple[str, ...]) -> Model:
    """Return the model that was written; raise a BundleError where it is damaged or does not fit together."""
    try:
        with opened_arrays(folder / HEADS, most=FILE_BYTES, compressed=False) as opened:
            arrays = dict(opened)
        for key in filter(_is_network, arrays):
            arrays[key] = np.frombuffer(read_bytes(folder / NETWORK, FILE_BYTES), np.uint8)
        encoders = {name: config.build_encoder(name) for name in config.encoders}
        return model_of(arrays, config, classes, encoders)
    except Exception as error:  # a forged file raises a dozen unrelated kinds of error
        raise BundleError(
            f"{HEADS} in {place(folder)} cannot be read ({reason(error)}). Copy the model again."
        ) from error


def _is_network(key: str) -> bool:
    """Return whether an array is the file of a trained network, which is of use by itself."""
    return key.endswith("/learnt/model")
