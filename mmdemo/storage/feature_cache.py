"""A bounded store of features on disk, so that no image passes through the same network twice."""

import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mmdemo.storage.limits import FEATURE_BYTES
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.trimming import Bounds, bytes_of, contents, trim
from mmdemo.storage.whole import whole_file

ROWS, HAD = "rows", "had"
_SEAL = hashlib.sha256().digest_size
_LEFT = 0.9  # of the bytes allowed, after trimming
_UNSEEN = 0.01  # of the bytes allowed, at most, written since this store was last counted
_BYTES = "bytes"
_HEADER = 1024  # bytes, more than NumPy's header of such an array needs


@dataclass(frozen=True)
class FeatureCache:
    """One file per row of features, found by its key; the least recently used go first when the store grows too large.

    A file is NumPy's, float32 (d,), then the SHA-256 of its name and content. A removed row is computed again.

    directory: where the files are; made when needed.
    max_bytes: the most that all files together may take.
    asked: how many rows this store was asked for, and how many of them it had; counted, as a measured time says little
    without it.
    """

    directory: Path
    max_bytes: int = FEATURE_BYTES
    asked: Counter[str] = field(default_factory=Counter, compare=False, repr=False)
    _unseen: Counter[str] = field(default_factory=Counter, compare=False, repr=False)

    def rows(self, keys: Sequence[str | None], width: int, encode: Callable[[Sequence[int]], np.ndarray]) -> np.ndarray:
        """Return float32 (n, width), a row for each key: from the store if it has them, else from `encode`.

        keys: what the features depend on, such as content, network and settings; None for a row that is not kept.
        encode: returns the rows, float32 (m, width), at the given places.
        """
        paths = [None if key is None else self._path(key) for key in keys]
        found = np.empty((len(keys), width), np.float32)
        new = []
        for place, path in enumerate(paths):
            row = None if path is None else _read(path, width)
            if row is None:
                new.append(place)
            else:
                found[place] = row
        self.asked.update({ROWS: len(keys), HAD: len(keys) - len(new)})
        if new:
            found[new] = encode(new)
            self._keep(found, paths, new)
        return found

    def trim(self) -> None:
        """Where the files take more than `max_bytes`, remove the least recently used until nine tenths of it are left.

        So a full store of 100,000 files is not trimmed again after every few images.
        """
        if bytes_of(self.directory) > self.max_bytes:
            trim(contents(self.directory), Bounds(most_bytes=_LEFT * self.max_bytes))

    def _path(self, key: str) -> Path:
        return self.directory / f"{hashlib.sha256(key.encode()).hexdigest()}.npy"

    def _keep(self, rows: np.ndarray, paths: Sequence[Path | None], places: Sequence[int]) -> None:
        if not self.directory.parent.parent.is_dir():  # of data that was deleted meanwhile, nothing comes back
            return
        written = [(path, rows[place]) for place in places if (path := paths[place])]
        with suppress(OSError):  # a full disk costs time later, not these features
            for path, row in written:
                _write(path, row)
        first = not self._unseen
        self._unseen[_BYTES] += sum(_HEADER + row.nbytes for _, row in written)
        if first or self._unseen[_BYTES] > _UNSEEN * self.max_bytes:  # counting many files takes long
            self._unseen[_BYTES] = 0
            self.trim()


def _read(path: Path, width: int) -> np.ndarray | None:
    """Return the row, None where there is none or its file was changed."""
    try:
        content = read_bytes(path, 4 * width + _HEADER)
        body, seal = content[:-_SEAL], content[-_SEAL:]
        if _seal(path, body) != seal:
            return None
        row: np.ndarray = np.frombuffer(body, np.float32, width, max(0, len(body) - 4 * width))
        if _body(row) != body:  # no header but the one that we write is parsed
            return None
        os.utime(path)
    except (OSError, ValueError):  # it is missing, was trimmed by another process, or is too short
        return None
    return row if np.isfinite(row).all() else None


def _write(path: Path, row: np.ndarray) -> None:
    body = _body(row)
    with whole_file(path, binary=True, parents=True) as file:
        file.write(body + _seal(path, body))


def _body(row: np.ndarray) -> bytes:
    body = io.BytesIO()
    np.lib.format.write_array(body, row, allow_pickle=False)
    return body.getvalue()


def _seal(path: Path, body: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + body).digest()
