"""Folders of generated files that are either complete or absent, despite interruptions and parallel runs."""

import os
from collections.abc import Callable, Collection
from pathlib import Path

from mmdemo.errors import DatasetError
from mmdemo.storage.whole import whole_folder


def filled_folder(folder: Path, names: Collection[str], fill: Callable[[Path], None]) -> Path:
    """Return the folder, made by `fill(empty folder)` unless it already holds all the named files.

    Raises DatasetError where the files cannot be written.
    """
    try:
        if not _is_whole(folder, names):
            with whole_folder(folder) as fresh:
                fill(fresh)
    except (OSError, ValueError) as error:
        if _is_whole(folder, names):  # another process was first
            return folder
        raise DatasetError(
            f"Cannot write images to {str(folder.parent)!r}: {getattr(error, 'strerror', None) or error}. "
            "Make room there, or set MMDEMO_CACHE_DIR to a folder that can be written to."
        ) from error
    return folder


def _is_whole(folder: Path, names: Collection[str]) -> bool:
    """Return whether the folder holds a file of each name, none of them empty."""
    try:
        with os.scandir(folder) as entries:
            present = {entry.name for entry in entries if entry.is_file() and entry.stat().st_size}
    except OSError:
        return False
    return present.issuperset(names)
