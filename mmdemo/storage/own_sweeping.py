"""Sweep the data that visitors brought: what has expired, what never arrived, what does not fit."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.storage import limits
from mmdemo.storage.folders import is_ours
from mmdemo.storage.own_record import ID, OPERATOR, OwnRecord
from mmdemo.storage.trimming import Bounds, bytes_of, changed, contents, settle, trim

if TYPE_CHECKING:
    from mmdemo.storage.own_data import OwnDataFolders


def sweep(folders: "OwnDataFolders", *, at_start: bool = False) -> tuple[str, ...]:
    """Remove what has expired, what has not all arrived, and the least recently used until the rest fits.

    at_start: the server begins, so that nothing is on its way; else what nobody has gone on with for an hour goes.
    Returns the ids that are gone. Raises a ConfigError where a limit in the environment is no number.
    """
    before = _folders(folders)
    settle(before)
    patience = 0.0 if at_start else limits.HALF_ARRIVED
    for folder in before:
        if not _arrived(folder) and last_used(folder) <= time.time() - patience:
            folders.discard(folder.name)
    bounds = Bounds(most_bytes=folders.quota.most(), unused_since=limits.expired_before())
    trim(_passing(folders), bounds, lambda one: (last_used(one),), lambda one: folders.discard(one.name))
    folders.quota.forget()
    left = {folder.name for folder in _folders(folders)}
    return tuple(folder.name for folder in before if folder.name not in left)


def make_room(folders: "OwnDataFolders", excess: float) -> None:
    """Remove the least recently used until so many bytes are gone, but nothing that was used within an hour."""
    for folder in sorted(_passing(folders), key=last_used):
        if excess <= 0 or last_used(folder) > time.time() - limits.HALF_ARRIVED:
            return
        excess -= bytes_of(folder)
        folders.discard(folder.name)


def last_used(folder: Path) -> float:
    """Return when a data set was last used, or changed, or when its last piece came: seconds since 1970."""
    return max(map(changed, (folder, folder / "record.json", *contents(folder / "source"))))


def _folders(folders: "OwnDataFolders") -> list[Path]:
    found = contents(folders.directory) if is_ours(folders.directory) else []
    return [folder for folder in found if ID.fullmatch(folder.name)]


def _arrived(folder: Path) -> bool:
    record = OwnRecord.read(folder)
    return record is not None and record.arrived


def _passing(folders: "OwnDataFolders") -> list[Path]:
    """Return the folders of visitors' data; the operator's stay."""
    return [folder for folder in _folders(folders) if (one := OwnRecord.read(folder)) and one.visitor != OPERATOR]
