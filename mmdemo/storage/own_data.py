"""The data that visitors bring: a folder each, its owner's alone until they share it."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from mmdemo.errors import ConfigError, DatasetError
from mmdemo.storage.folders import NotOursError, is_ours, make_private, own_data_dir
from mmdemo.storage.own_quota import OwnQuota
from mmdemo.storage.own_record import ID, OPERATOR, RECORD, OwnRecord, cleaned_name, new_id, records_in
from mmdemo.storage.trimming import remove

_GONE = "This data is no longer here, or it is not yours to change."
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class OwnDataFolders:
    """The data sets under one directory; each has a folder with its record and `source/`, `look/`, `copy/`, `cache/`.

    Any thread may call any method. A data set is there as long as its record is, which is written last and goes first.

    directory: made when needed, readable by its owner only; by default `own-data` in the folder of runs.
    quota: counts the bytes.
    before_gone, after_gone: called with a data set's record before and after its files go, whatever the reason.

    >>> from tempfile import mkdtemp
    >>> folders = OwnDataFolders(Path(mkdtemp()))
    >>> data_id = folders.create("a visitor", "My shop")
    >>> folders.may_use(data_id, "another"), [record.name for record in folders.of("a visitor")]
    (False, ['My shop'])
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = (directory or own_data_dir()).absolute()
        self.quota = OwnQuota(self.directory, self.discard)
        self.before_gone: Callable[[OwnRecord], None] = lambda record: None
        self.after_gone: Callable[[OwnRecord], None] = lambda record: None

    def create(self, visitor: str, name: str, suffix: str = ".zip", path: str = "", data_id: str = "") -> str:
        """Make a place for a data set and return its id; what is sent may arrive until `own_arrival.close`.

        suffix: of the file that is sent. path: where the data lies, if it is not sent; then it is complete at once.
        data_id: by default a new one.
        Raises a DatasetError where there is no room, a ConfigError where nothing can be kept.
        """
        if not visitor or not _SUFFIX.fullmatch(suffix):
            raise DatasetError(f"Got the file ending {suffix!r}, but expected one such as '.zip'.")
        self.check_room(visitor, 0)
        now, data_id = time.time(), data_id or new_id()
        record = OwnRecord(data_id, visitor, cleaned_name(name), now, arrived=bool(path), suffix=suffix, path=path)
        try:
            if self.directory == own_data_dir().absolute():
                make_private(self.directory.parent)
            for folder in (self.directory, self.folder(data_id), self.folder(data_id) / "source"):
                make_private(folder)
            record.write(self.folder(data_id))
        except OSError as error:
            why = error.strerror if isinstance(error, NotOursError) else f"cannot be used ({error.strerror})"
            raise ConfigError(
                f"No data can be kept: its folder {why}. Set MMDEMO_RUNS_DIR to a folder of your own."
            ) from error
        return data_id

    def get(self, data_id: str) -> OwnRecord | None:
        """Return what is known of a data set, None if there is none; this does not ask whose it is."""
        return OwnRecord.read(self.folder(data_id)) if ID.fullmatch(data_id) and is_ours(self.directory) else None

    def of(self, visitor: str) -> tuple[OwnRecord, ...]:
        """Return a visitor's data sets, newest first, also those that have not all arrived."""
        found = [record for record in self.records() if visitor and record.visitor == visitor]
        return tuple(sorted(found, key=lambda record: -record.created))

    def may_use(self, data_id: str, visitor: str) -> bool:
        """Return whether that data set is there, complete, and the visitor's or shared."""
        record = self.get(data_id)
        return record is not None and record.arrived and (record.shared or record.is_of(visitor))

    def own(self, data_id: str, visitor: str) -> OwnRecord:
        """Return what is known of a visitor's data set; raise a DatasetError where it is not there, or another's."""
        record = self.get(data_id)
        if record is None or not record.is_of(visitor):
            raise DatasetError(_GONE)
        return record

    def folder(self, data_id: str) -> Path:
        """Return a data set's folder."""
        return self.directory / data_id

    def source(self, data_id: str) -> Path:
        """Return where the data lies as it was sent or named; raises a DatasetError where it is not there."""
        record = self.get(data_id)
        if record is None:
            raise DatasetError("This data is no longer here: it was deleted or has expired. Bring it again.")
        return record.file(self.folder(data_id))

    def look(self, data_id: str) -> Path:
        """Return the folder of the first look at the data."""
        return self.folder(data_id) / "look"

    def copy(self, data_id: str) -> Path:
        """Return the folder of the working copy."""
        return self.folder(data_id) / "copy"

    def mapping(self, data_id: str) -> Path:
        """Return the file that says which column is what; it is written with `whole_file`."""
        return self.folder(data_id) / "mapping.json"

    def share(self, data_id: str, visitor: str) -> None:
        """Let everybody use it who has its link; raises a DatasetError unless it is the visitor's."""
        self.write(replace(self.own(data_id, visitor), shared=True))

    def rename(self, data_id: str, visitor: str, name: str) -> None:
        """Give it another name; raises a DatasetError unless it is the visitor's."""
        self.write(replace(self.own(data_id, visitor), name=cleaned_name(name)))

    def delete(self, data_id: str, visitor: str) -> None:
        """Remove it with all that lies beside it; raises a DatasetError unless it is the visitor's."""
        self.own(data_id, visitor)
        self.discard(data_id)

    def delete_all(self, visitor: str) -> tuple[str, ...]:
        """Remove all of a visitor's data, and return the ids that it had."""
        gone = tuple(record.id for record in self.of(visitor))
        for data_id in gone:
            self.discard(data_id)
        return gone

    def discard(self, data_id: str) -> None:
        """Remove a data set, whoever's it is: from its record on, nobody can use it, and nothing more arrives."""
        record = self.get(data_id)
        remove(self.folder(data_id) / RECORD)
        if record is not None:
            self.before_gone(record)
        remove(self._moved_aside(self.folder(data_id)))
        self.quota.forget()
        if record is not None:
            self.after_gone(record)

    def _moved_aside(self, folder: Path) -> Path:
        """Give a folder a name that nobody knows, so that nothing is written into what is being removed.

        If the process is killed, the folder is one without a record, which is swept.
        """
        aside = self.folder(new_id())
        try:
            folder.rename(aside)
        except OSError:  # it is not there, or a file of it is open on Windows
            return folder
        return aside

    def write(self, record: OwnRecord) -> None:
        """Write a record that has changed; raises a DatasetError where that fails."""
        try:
            record.write(self.folder(record.id))
        except OSError as error:
            raise not_kept(error) from error

    def records(self) -> Iterator[OwnRecord]:
        """Return what is known of every data set."""
        return (record for _, record in records_in(self.directory))

    def check_room(self, visitor: str, more: int) -> None:
        """Raise a DatasetError unless a visitor may have so many bytes more; what nobody used for an hour goes."""
        if visitor == OPERATOR:  # knows the disk
            return
        self.quota.check(more, [record.id for record in self.of(visitor)])


def not_kept(error: OSError) -> DatasetError:
    """Return what to say where something could not be written into a data set's folder."""
    if isinstance(error, FileNotFoundError):
        return DatasetError(_GONE)
    return DatasetError("The server has no room left to keep this; try again later.")
