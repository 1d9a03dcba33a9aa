"""A common view of a folder and a zip: names, contents, paths."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Readable

MOST_FILES = 100_000
DEEPEST = 60  # folders in a name
_LONGEST = 80  # characters of a name that is written out

Report = Callable[[float], None]


def ignore(share: float) -> None:
    """Take no notice of progress."""


class FileTree(Protocol):
    """Files by their names, which are paths with `/` from the top.

    names: of all files, sorted, without those that nobody means (see `clutter`).
    hidden: of files that only a path in a table can mean, such as those in a folder that begins with a dot.
    stored: name → its bytes, where the encoding is a guess; a table's cells may say better (see `spelling`).
    """

    names: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    stored: Mapping[str, bytes] = MappingProxyType({})

    @abstractmethod
    def opened(self, name: str, most: int) -> AbstractContextManager[Readable]:
        """Open one file; raise DatasetError where it is stored as more than `most` bytes, or cannot be read."""

    def contents(self, names: Iterable[str], most: int) -> Iterator[tuple[str, bytes | DatasetError]]:
        """Yield the bytes of many small files in turn, or why one cannot be read or has more than `most` bytes."""
        for name in names:
            try:
                with self.opened(name, most) as file:
                    yield name, file.read(most)
            except DatasetError as error:
                yield name, error

    @abstractmethod
    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Return each file's path on disk, after unpacking it there, or why there is none.

        report: called between files, with the share (0–1) that is done; what it raises stops the work.
        """


def check_count(count: int, where: str) -> None:
    """Raise DatasetError where there are more files than MOST_FILES."""
    if count > MOST_FILES:
        raise too_many(where)


def too_many(where: str) -> DatasetError:
    """Return the error of a folder or zip that holds too many files."""
    return DatasetError(f"{where!r} holds more than {MOST_FILES:,} files; give one that holds only the data.")


def check_size(name: str, size: int, most: int) -> None:
    """Raise DatasetError where a file has more bytes than are read."""
    if size > most:
        said = name if name.isprintable() and len(name) < _LONGEST else shown(name)
        raise DatasetError(f"{said} has {size:,} bytes; at most {most:,} are read.")
