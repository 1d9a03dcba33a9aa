"""Trimming: the least recently used files and folders go first."""

import math
import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SKEW, _SETTLED = 60.0, 3600.0  # seconds


@dataclass(frozen=True)
class Bounds:
    """The limits on what stays.

    most: how many files or folders. most_bytes: of all together.
    unused_since: seconds since 1970; what was last used earlier is removed.
    stays: how many of the most recently used stay, whatever their size.
    """

    most: float = math.inf
    most_bytes: float = math.inf
    unused_since: float = -math.inf
    stays: int = 0


def remove(path: Path) -> None:
    """Remove a file, or a folder with its contents; ignore one that is missing or cannot be removed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def trim(
    paths: Iterable[Path],
    bounds: Bounds,
    last_used: Callable[[Path], tuple[float, ...]] = lambda path: (changed(path),),
    remove: Callable[[Path], None] = remove,
) -> None:
    """Remove the least recently used files and folders until the others fit.

    last_used: when a path was last used, seconds since 1970; further numbers break ties.
    """
    paths = list(paths)
    settle(paths)
    left = sorted((last_used(path), path) for path in paths)
    sizes = [bytes_of(path) for _, path in left] if math.isfinite(bounds.most_bytes) else [0] * len(left)
    total = sum(sizes)
    for number, ((used, *_), path) in enumerate(left):
        count = len(left) - number
        too_much = count > bounds.stays and (count > bounds.most or total > bounds.most_bytes)
        if used >= bounds.unused_since and not too_much:
            return
        remove(path)
        total -= sizes[number]


def settle(paths: Iterable[Path]) -> None:
    """Give what was changed in the future, because the clock was set back, a time an hour ago.

    So it neither outlives what is made from now on, nor is it taken for new or for expired.
    """
    now = time.time()
    for path in paths:
        if changed(path) > now + _SKEW:
            with suppress(OSError):  # removed meanwhile, or read-only
                os.utime(path, (now - _SETTLED, now - _SETTLED))


def contents(folder: Path) -> list[Path]:
    """Return a folder's contents, without unfinished files, whose names begin with a dot; [] if it is missing.

    >>> contents(Path("no such folder"))
    []
    """
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:  # missing, or removed meanwhile
        return []


def changed(path: Path) -> float:
    """Return when a file or folder was last changed or marked as used, in seconds since 1970; 0 if it is missing."""
    try:
        return path.stat().st_mtime
    except OSError:  # another process removed it
        return 0.0


def bytes_of(path: Path) -> int:
    """Return the size of a file, or of all files in a folder; 0 if it is missing."""
    if os.path.isdir(path):
        return sum(_size(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)
    return _size(path)


def _size(path: str | Path) -> int:
    try:
        return os.stat(path, follow_symlinks=False).st_size
    except OSError:  # removed meanwhile
        return 0
