"""The file of a model's heads and of what its encoders have learnt: plain arrays, read without trusting them."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import FILE_BYTES, opened_arrays
from mmdemo.bundles.model_arrays import SHARES, arrays_of, model_of
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.reading import read_bytes

HEADS = "heads.npz"
NETWORK = "encoder.tflite"
_NETWORK_KEY = "/learnt/model"  # of the array that is the file of a trained network, which is of use by itself


def write_heads(model: Model, folder: Path) -> None:
    """Write a model's heads, and the network that one of its encoders has trained, if any."""
    arrays = arrays_of(model)
    for key in [key for key in arrays if key.endswith(_NETWORK_KEY)]:
        (folder / NETWORK).write_bytes(arrays[key].tobytes())
        arrays[key] = np.empty(0, np.uint8)
    np.savez(folder / HEADS, allow_pickle=False, **arrays)  # not compressed: then nothing swells when it is read


def read_heads(folder: Path, config: ModelConfig, classes: tuple[str, ...]) -> Model:
    """Return the model that was written; raise a BundleError where it is damaged or does not fit together."""
    try:
        with opened_arrays(folder / HEADS, most=FILE_BYTES, compressed=False) as opened:
            arrays = {key: opened[key] for key in _known(opened, config)}
        for key in (f"{name}{_NETWORK_KEY}" for name in config.encoders if f"{name}{_NETWORK_KEY}" in arrays):
            arrays[key] = np.frombuffer(read_bytes(folder / NETWORK, FILE_BYTES), np.uint8)
        encoders = {name: config.build_encoder(name) for name in config.encoders}
        return model_of(arrays, config, classes, encoders)
    except Exception as error:  # a forged file raises a dozen unrelated kinds of error
        raise BundleError(
            f"{HEADS} in {place(folder)} cannot be read ({reason(error)}). Copy the model again."
        ) from error


def _known(keys: Iterable[str], config: ModelConfig) -> list[str]:
    """Return the keys; raise a ValueError for one that belongs to no head and no encoder of the configuration."""
    known, found = {SHARES, *config.heads, *config.encoders}, list(keys)
    if foreign := [key for key in found if key.partition("/")[0] not in known]:
        raise ValueError(f"it holds {foreign[0]!r}, which no part of the model reads")
    return found
