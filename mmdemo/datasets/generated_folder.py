"""Folders of generated files that are either whole or absent, whatever is interrupted or runs at once."""

import os
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from mmdemo.errors import DatasetError


def filled_folder(folder: Path, names: Collection[str], fill: Callable[[Path], None]) -> Path:
    """Return the folder, made by `fill(empty folder)` unless it already holds a file of each name.

    Raises DatasetError where the files cannot be written.
    """
    try:
        if _is_whole(folder, names):
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
            fresh = Path(temporary) / "fresh"
            fresh.mkdir()
            fill(fresh)
            _put_in_place(fresh, folder, names, aside=Path(temporary) / "damaged")
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"Cannot write pictures to {str(folder.parent)!r}: {getattr(error, 'strerror', None) or error}. "
            "Make room there, or set MMDEMO_CACHE_DIR to a folder that can be written to."
        ) from error
    return folder


def _put_in_place(fresh: Path, folder: Path, names: Collection[str], aside: Path) -> None:
    """Rename the fresh folder to its place, unless another process was there first."""
    if not _is_whole(folder, names):
        with suppress(FileNotFoundError):
            folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        if not _is_whole(folder, names):
            raise


def _is_whole(folder: Path, names: Collection[str]) -> bool:
    """Return whether the folder holds a file of each name, none of them empty."""
    try:
        with os.scandir(folder) as entries:
            present = {entry.name for entry in entries if entry.is_file() and entry.stat().st_size}
    except (FileNotFoundError, NotADirectoryError):
        return False
    return present.issuperset(names)
