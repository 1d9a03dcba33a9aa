"""Sweep the data that visitors brought: what has expired, what never arrived, what does not fit."""

import time
from pathlib import Path

from mmdemo.storage import limits
from mmdemo.storage.folders import is_ours
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import ID, OPERATOR, OwnRecord, last_used, records_in
from mmdemo.storage.trimming import Bounds, changed, contents, remove, settle, trim


def sweep(folders: OwnDataFolders, *, at_start: bool = False) -> tuple[str, ...]:
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
        _remove_half_written(folder, at_start)
    bounds = Bounds(most_bytes=folders.quota.most(), unused_since=limits.expired_before())
    trim(_passing(folders), bounds, lambda one: (last_used(one),), lambda one: folders.discard(one.name))
    folders.quota.forget()
    left = {folder.name for folder in _folders(folders)}
    return tuple(folder.name for folder in before if folder.name not in left)


def _folders(folders: OwnDataFolders) -> list[Path]:
    found = contents(folders.directory) if is_ours(folders.directory) else []
    return [folder for folder in found if ID.fullmatch(folder.name)]


def _remove_half_written(folder: Path, at_start: bool) -> None:
    for path in folder.glob(".*"):  # what `whole_folder` was writing when it was killed
        if at_start or changed(path) < time.time() - limits.ABANDONED:
            remove(path)


def _arrived(folder: Path) -> bool:
    record = OwnRecord.read(folder)
    return record is not None and record.arrived


def _passing(folders: OwnDataFolders) -> list[Path]:
    """Return the folders of visitors' data; the operator's stay."""
    return [folder for folder, record in records_in(folders.directory) if record.visitor != OPERATOR]
