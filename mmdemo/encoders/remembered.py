"""Rows of features that are kept in memory for a while, by what they were computed from."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

_ENTRY = 250  # bytes of an entry, beside its key's characters and its row


class Remembered:
    """A bounded store of rows, the least recently used of which go first; threads may share it.

    max_bytes: what all keys and rows together may take, roughly.

    >>> Remembered(1_000).rows(["a", "b", "a"], lambda places: np.ones((len(places), 2), np.float32)).shape
    (3, 2)
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._rows: OrderedDict[str, np.ndarray] = OrderedDict()
        self._bytes, self._lock = 0, Lock()

    def rows(self, keys: Sequence[str], encode: Callable[[Sequence[int]], np.ndarray]) -> np.ndarray:
        """Return a row for each key, (n, d), n at least 1: a kept one, or from `encode`.

        encode: returns the rows, (m, d), at the given places, those of different keys that are not kept.
        """
        found = {key: row for key in dict.fromkeys(keys) if (row := self._get(key)) is not None}
        places = list({key: place for place, key in enumerate(keys) if key not in found}.values())
        for place, row in zip(places, encode(places) if places else (), strict=True):
            found[keys[place]] = row
            self._keep(keys[place], row)
        return np.stack([found[key] for key in keys])

    def clear(self) -> None:
        """Forget all rows."""
        with self._lock:
            self._rows.clear()
            self._bytes = 0

    def _get(self, key: str) -> np.ndarray | None:
        with self._lock:
            if key not in self._rows:
                return None
            self._rows.move_to_end(key)
            return self._rows[key]

    def _keep(self, key: str, row: np.ndarray) -> None:
        with self._lock:
            if key in self._rows:
                return
            self._rows[key] = row.copy()  # of an array of many rows, it would keep all
            self._bytes += _size(key, row)
            while self._bytes > self.max_bytes:
                self._bytes -= _size(*self._rows.popitem(last=False))


def _size(key: str, row: np.ndarray) -> int:
    return _ENTRY + 4 * len(key) + row.nbytes
