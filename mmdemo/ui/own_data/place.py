"""The data that visitors have brought, as this visitor may see it."""

from pathlib import Path

from mmdemo.errors import DatasetError
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import ID, OwnRecord
from mmdemo.ui import visitor
from mmdemo.ui.once import Once


@Once
def folders() -> OwnDataFolders:
    """Return the one place of this server where own data lies; it does its own locking."""
    return OwnDataFolders()


def is_id(name: str) -> bool:
    """Return whether a name in a link can be that of somebody's own data."""
    return ID.fullmatch(name) is not None


def usable(data_id: str) -> OwnRecord:
    """Return what is known of data that this visitor may use; raise a DatasetError that says why they may not."""
    record = folders().get(data_id)
    if record is None:
        raise DatasetError(
            "The data of this link is no longer here: it was deleted, or nobody used it for long. Bring it again."
        )
    if not record.is_of(visitor.name()) and not record.shared:
        raise DatasetError(
            "The data of this link is private: whoever brought it has to press Share before others can see it."
        )
    return record


def mine() -> tuple[OwnRecord, ...]:
    """Return this visitor's own data, all of which has arrived, newest first."""
    return tuple(record for record in folders().of(visitor.name()) if record.arrived)


def is_mine(record: OwnRecord) -> bool:
    """Return whether this visitor brought it, and so may change it."""
    return record.is_of(visitor.name())


def prepared(record: OwnRecord) -> bool:
    """Return whether its columns have been chosen and its working copy is there."""
    return (copy_of(record) / "data.json").is_file()


def copy_of(record: OwnRecord) -> Path:
    """Return the folder of its working copy."""
    return folders().copy(record.id)
