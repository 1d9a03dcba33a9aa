"""Codes for which values of a modality stand more than once: equal where the values are, −1 where there is none."""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

Report = Callable[[float], None]  # called with the share (0–1) that is done


def codes_of(keys: Sequence[Hashable | None]) -> np.ndarray:
    """Return a code for each key, int (n,): equal where the keys are, −1 for None.

    >>> codes_of(["a", None, "b", "a"]).tolist()
    [0, -1, 1, 0]
    """
    codes: dict[Hashable, int] = {}
    return np.array([-1 if key is None else codes.setdefault(key, len(codes)) for key in keys], dtype=np.int64)


def shared(codes: np.ndarray) -> np.ndarray:
    """Return the codes, int (n,), with −1 in place of those that occur once.

    >>> shared(np.array([4, -1, 7, 4])).tolist()
    [4, -1, -1, 4]
    """
    places, counts = np.unique(codes, return_inverse=True, return_counts=True)[1:]
    return np.where(counts[places] > 1, codes, -1)


def digest_of(value: Any) -> str:
    """Return the SHA-256 (hex) of a value: of an array's numbers, else of the value as text."""
    if isinstance(value, np.ndarray):
        return hashlib.sha256(f"{value.dtype} {value.shape}".encode() + value.tobytes()).hexdigest()
    return hashlib.sha256(str(value).encode("utf-8", "surrogatepass")).hexdigest()
