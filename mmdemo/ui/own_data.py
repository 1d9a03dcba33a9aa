"""The data that visitors bring, as the pages use it: theirs, shared, or the operator's."""

from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import visitor
from mmdemo.ui.once import Once


@Once
def folders() -> OwnDataFolders:
    """Return the one place of this server for visitors' data."""
    return OwnDataFolders()


def mine() -> tuple[OwnRecord, ...]:
    """Return this visitor's data sets that have all arrived, newest first."""
    return tuple(record for record in folders().of(visitor.name()) if record.arrived)


def may_use(data_id: str) -> bool:
    """Return whether this visitor may use that data set: theirs, shared or the operator's. Ask before any cache."""
    return folders().may_use(data_id, visitor.name())
