"""The file of what a model needs to doubt its answers; older models have none."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import opened_arrays
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Doubts

DOUBTS = "doubts.npz"
_AGREEMENT = "agreement/"
_BYTES = 20_000_000


def doubt_arrays(doubts: Doubts) -> dict[str, np.ndarray]:
    """Return what the file holds; {} where there is nothing to keep."""
    arrays = {f"{_AGREEMENT}{pair}": np.array(limit) for pair, limit in doubts.agreement.items()}
    for name, judge in doubts.judges.items():
        arrays |= {f"{name}/{key}": array for key, array in judge.arrays().items()}
    return arrays


def read_doubts(folder: Path, modalities: Collection[str]) -> Doubts:
    """Return what was written, nothing where there is no file; raise a BundleError where it is damaged."""
    if not (folder / DOUBTS).exists():
        return Doubts()
    try:
        with opened_arrays(folder / DOUBTS, most=_BYTES) as arrays:
            return _doubts(dict(arrays), modalities)
    except Exception as error:  # a forged file raises a dozen unrelated kinds of error
        raise BundleError(
            f"{DOUBTS} in {place(folder)} cannot be read ({reason(error)}). Copy the model again."
        ) from error


def _doubts(arrays: Mapping[str, np.ndarray], modalities: Collection[str]) -> Doubts:
    agreement = {key.removeprefix(_AGREEMENT): value for key, value in arrays.items() if key.startswith(_AGREEMENT)}
    if not all(value.shape == () and value.dtype == np.float64 and 0 <= value <= 1 for value in agreement.values()):
        raise ValueError("its limits are not shares")
    judges = {}
    for name in modalities:
        start = f"{name}/"
        found = {key.removeprefix(start): value for key, value in arrays.items() if key.startswith(start)}
        restore = MODALITIES[name].familiar.restore if found else None
        if restore and (judge := restore(found)):
            judges[name] = judge
    return Doubts({pair: float(limit) for pair, limit in agreement.items()}, judges)
