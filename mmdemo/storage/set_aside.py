"""Files that are set aside: gone from their places at once, and still there for a moment."""

import os
from collections.abc import Sequence
from pathlib import Path

from mmdemo.storage.trimming import remove


def set_aside(paths: Sequence[Path], place: Path) -> None:
    """Move files and folders of one folder to a new folder beside them, the first one first; missing ones are skipped.

    Raises an OSError where that is impossible; what has been moved by then lies in the new folder.
    """
    remove(place)
    place.mkdir(mode=0o700)
    for path in paths:
        if os.path.lexists(path):
            os.replace(path, place / path.name)


def bring_back(paths: Sequence[Path], place: Path) -> None:
    """Undo `set_aside` of the same paths, the last one first.

    Raises an OSError where that is impossible, or the first one is not there.
    """
    if not os.path.lexists(place / paths[0].name):
        raise FileNotFoundError(f"{paths[0].name} is not set aside")
    for path in reversed(paths):
        if os.path.lexists(place / path.name):
            os.replace(place / path.name, path)
    remove(place)
