"""The data sets that the operator offers to all visitors: MMDEMO_DATA."""

import base64
import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from mmdemo.errors import ConfigError
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import OPERATOR, OwnRecord, cleaned_name
from mmdemo.storage.trimming import changed, remove


@dataclass(frozen=True)
class Offered:
    """A data set that the operator offers: the id of its place among the data sets, its path and its name."""

    id: str
    path: Path
    name: str


def offered() -> tuple[Offered, ...]:
    """Return what MMDEMO_DATA names: paths, separated as in PATH; raises a ConfigError for one that is not there."""
    named = [Path(written).absolute() for written in os.environ.get("MMDEMO_DATA", "").split(os.pathsep) if written]
    for path in named:
        if not path.exists():
            raise ConfigError(f"MMDEMO_DATA names {path}, but there is no such file or folder.")
    return tuple(Offered(_id_of(path), path, cleaned_name(path.stem)) for path in dict.fromkeys(named))


def operators_data(folders: OwnDataFolders) -> tuple[OwnRecord, ...]:
    """Return the records of what the operator offers, shared with all; a working copy of what has changed is removed.

    Raises a ConfigError where a path is not there, or nothing can be kept.
    """
    now = offered()
    for record in folders.records():
        if record.visitor == OPERATOR and record.id not in {one.id for one in now}:
            folders.discard(record.id)
    return tuple(_place(folders, one) for one in now)


def _place(folders: OwnDataFolders, one: Offered) -> OwnRecord:
    record = folders.get(one.id)
    if record is not None and changed(one.path) > record.created:
        remove(folders.look(one.id))
        remove(folders.copy(one.id))
        record = None
    if record is None:
        folders.create(OPERATOR, one.name, path=str(one.path), data_id=one.id)
        record = folders.own(one.id, OPERATOR)
    if not record.shared:
        record = replace(record, shared=True)
        folders.write(record)
    return record


def _id_of(path: Path) -> str:
    digest = hashlib.sha256(os.fsencode(path)).digest()[:16]
    return "o" + base64.urlsafe_b64encode(digest).decode().rstrip("=")[1:]
