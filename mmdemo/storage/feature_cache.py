"""A bounded store of features on disk, so that no picture goes through the same network twice."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_DEFAULT_BYTES = 512 * 2**20


@dataclass(frozen=True)
class FeatureCache:
    """One `.npy` file a picture and encoder; the least recently used go first when it grows too large.

    directory: where the files lie; made when needed.
    max_bytes: what all files together may take.
    """

    directory: Path
    max_bytes: int = _DEFAULT_BYTES

    def rows(self, images: Sequence[Any], encoder: str, encode: Callable[[Sequence[Any]], np.ndarray]) -> np.ndarray:
        """Return float32 (n, d) for the pictures: from the store where `encoder` has met them, else by `encode`.

        Only files are kept; arrays and bytes (a visitor's pictures) pass through.
        """
        paths = [self._path(image, encoder) for image in images]
        found = [self._read(path) for path in paths]
        new = [i for i, row in enumerate(found) if row is None]
        for i, row in zip(new, encode([images[i] for i in new]), strict=True):
            found[i] = row
            self._write(paths[i], row)
        if new:
            self.trim()
        return np.stack([row for row in found if row is not None]) if found else encode([])

    def trim(self) -> None:
        """Remove the least recently used files until the rest takes at most `max_bytes`."""
        files = []
        for file in self.directory.glob("*/*.npy"):
            with suppress(FileNotFoundError):  # another process trimmed it
                files.append((file.stat().st_mtime, file.stat().st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self.max_bytes:
                break
            file.unlink(missing_ok=True)
            total -= size

    def _path(self, image: Any, encoder: str) -> Path | None:
        if not isinstance(image, str | os.PathLike) or not os.path.isfile(image):
            return None
        try:
            with open(image, "rb") as file:
                picture = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:  # whoever decodes it says what is wrong
            return None
        folder = hashlib.sha256(encoder.encode()).hexdigest()[:16]
        return self.directory / folder / f"{picture}.npy"

    def _read(self, path: Path | None) -> np.ndarray | None:
        if path is None or not path.exists():
            return None
        try:
            with path.open("rb") as file:  # np.load would also take it for a zip
                row = np.lib.format.read_array(file, allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError):  # another process trimmed it, or it is damaged: encode again
            return None
        return row

    def _write(self, path: Path | None, row: np.ndarray) -> None:
        if path is None:
            return
        with suppress(OSError):  # a full disk costs time later, not the features
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.save(file, row, allow_pickle=False)
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
