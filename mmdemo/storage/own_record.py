"""What is known of one visitor's data set, as it stands beside the data on disk."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from mmdemo.storage.folders import is_ours
from mmdemo.storage.limits import RECORD_BYTES
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.trimming import changed, contents
from mmdemo.storage.whole import whole_file

ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}")  # never like an option of a command
OPERATOR = "operator"  # owns what MMDEMO_DATA names; no cookie holds a name of this length
LONGEST_NAME = 60  # characters
RECORD = "record.json"


@dataclass(frozen=True)
class OwnRecord:
    """One data set on the server.

    id: unguessable, its name in links. visitor: whose it is. created: seconds since 1970.
    shared: whether everybody who has its link may use it. arrived: whether all of it is there.
    suffix: of its file, such as ".zip". path: where it lies, "" if it was sent.
    """

    id: str
    visitor: str
    name: str
    created: float
    shared: bool = False
    arrived: bool = False
    suffix: str = ".zip"
    path: str = ""

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the record in a data set's folder, None if there is none that can be used."""
        if not ID.fullmatch(folder.name):
            return None
        try:
            return cls._of(read_json(read_bytes(folder / RECORD, RECORD_BYTES)), folder.name)
        except (OSError, TypeError, ValueError):
            return None

    def write(self, folder: Path) -> None:
        """Write it into the data set's folder, whole; raises an OSError."""
        with whole_file(folder / RECORD) as file:
            json.dump(asdict(self), file)

    def file(self, folder: Path) -> Path:
        """Return where the data lies as they were sent, or where they were named; folder: the data set's."""
        return Path(self.path) if self.path else folder / "source" / f"pack{self.suffix}"

    def is_of(self, visitor: str) -> bool:
        """Return whether it is the visitor's."""
        return bool(visitor) and visitor == self.visitor

    @classmethod
    def _of(cls, saved: Any, data_id: str) -> Self:
        if not isinstance(saved, Mapping) or saved.get("id") != data_id:
            raise ValueError("this is no record of this data set")
        known = {field.name: saved[field.name] for field in fields(cls) if field.name in saved}
        record = cls(**known)
        for field in fields(cls):
            if not isinstance(getattr(record, field.name), float | int if field.type is float else field.type):  # type: ignore[arg-type]
                raise TypeError(f"{field.name} is {getattr(record, field.name)!r}")
        return record


def records_in(directory: Path) -> Iterator[tuple[Path, OwnRecord]]:
    """Yield the folders of data sets, each with its record; none where the directory is somebody else's."""
    for folder in contents(directory) if is_ours(directory) else ():
        record = OwnRecord.read(folder)
        if record is not None:
            yield folder, record


def last_used(folder: Path) -> float:
    """Return when a data set was last used, or changed, or when its last piece came: seconds since 1970."""
    return max(map(changed, (folder, folder / RECORD, *contents(folder / "source"))))


def new_id() -> str:
    """Return an id that nobody can guess.

    >>> bool(ID.fullmatch(new_id()))
    True
    """
    while not ID.fullmatch(found := secrets.token_urlsafe(16)):
        pass
    return found


def cleaned_name(name: str) -> str:
    r"""Return a data set's name on one line, without what does not show, at most 60 characters long.

    >>> cleaned_name("  My \n shop "), cleaned_name("")
    ('My shop', 'My data')
    """
    shown = "".join(letter for letter in name if letter.isprintable() or letter.isspace())
    return " ".join(shown.split())[:LONGEST_NAME].strip() or "My data"
