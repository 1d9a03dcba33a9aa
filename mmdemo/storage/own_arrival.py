"""How a visitor's data set arrives: piece by piece, until its owner says that it is all there."""

from dataclasses import replace
from threading import Lock

from mmdemo.errors import DatasetError
from mmdemo.storage import limits
from mmdemo.storage.arriving import append, length_of
from mmdemo.storage.own_data import OwnDataFolders, not_kept
from mmdemo.storage.own_record import OwnRecord

_ONE_PIECE = Lock()


def receive(folders: OwnDataFolders, data_id: str, visitor: str, offset: int, piece: bytes) -> int:
    """Take the next piece of a data set, and return the bytes that are there then.

    Raises a DatasetError unless it is the visitor's, open, and there is room: a GapError where the piece does not begin
    where the others end. A piece that is there already is taken as done.
    """
    with _ONE_PIECE:
        record = _open(folders, data_id, visitor)
        file = record.file(folders.folder(data_id))
        before = length_of(file)
        if offset + len(piece) > limits.pack_bytes():
            raise DatasetError(f"At most {limits.pack_bytes() / 1e6:,.0f} MB are taken: bring fewer or smaller images.")
        folders.check_room(visitor, max(0, offset + len(piece) - before))
        try:
            length = append(file, offset, piece)
        except OSError as error:
            raise not_kept(error) from error
        folders.quota.add(data_id, length - before)
        return length


def close(folders: OwnDataFolders, data_id: str, visitor: str) -> OwnRecord:
    """Take note that all of a data set is there; raises a DatasetError where it is not the visitor's, or is empty."""
    with _ONE_PIECE:
        record = folders.own(data_id, visitor)
        if not record.arrived and not length_of(record.file(folders.folder(data_id))):
            raise DatasetError("Nothing has arrived: choose a file or a folder.")
        whole = replace(record, arrived=True)
        folders.write(whole)
        return whole


def _open(folders: OwnDataFolders, data_id: str, visitor: str) -> OwnRecord:
    record = folders.own(data_id, visitor)
    if record.arrived:
        raise DatasetError("All of this data has arrived already: begin anew for more.")
    return record
