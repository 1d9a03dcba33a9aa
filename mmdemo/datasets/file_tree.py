"""A common view of a folder and a zip: names, contents, paths."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Readable
from mmdemo.storage.reading import open_regular

MOST_FILES = 100_000


class FileTree(Protocol):
    """Files by their names, which are paths with `/` from the top; hidden files are left out."""

    names: tuple[str, ...]

    def opened(self, name: str, most: int) -> AbstractContextManager[Readable]:
        """Open one file; raise DatasetError where it is stored as more than `most` bytes, or cannot be read."""
        ...

    def place(self, names: Iterable[str]) -> Mapping[str, Path | DatasetError]:
        """Return each file's path on disk, after unpacking it there, or why there is none."""
        ...


class Folder:
    """The files of a folder and its subfolders.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "data.csv").write_text("image,text,label")
    >>> Folder(folder).names
    ('data.csv',)
    """

    def __init__(self, root: Path) -> None:
        """List the files; raise DatasetError where there are too many of them, or it cannot be read."""
        self.root = root.absolute()
        self.names = tuple(sorted(self._walk()))

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open one file; raise DatasetError where it is larger than `most` bytes, or cannot be read."""
        try:
            with open_regular(self.root / name) as file:
                check_size(name, os.fstat(file.fileno()).st_size, most)
                yield file
        except OSError as error:
            raise DatasetError(f"The file {name!r} of {self.root.name!r} cannot be read: {error.strerror}.") from error

    def place(self, names: Iterable[str]) -> Mapping[str, Path | DatasetError]:
        """Return the path of each of these files."""
        return {name: self.root / name for name in names}

    def _walk(self) -> list[str]:
        """Return the names; links to folders are not followed, so none leads in a circle."""
        names: list[str] = []
        waiting, met = [""], 0
        while waiting:
            inside = waiting.pop()
            for entry in self._entries(inside):
                met += 1
                check_count(met, self.root.name)
                name = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{name}/")
                elif not is_hidden(name):
                    names.append(name)
        return names

    def _entries(self, inside: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / inside) as entries:
                return list(entries)
        except OSError as error:
            if inside:  # what lies deeper than paths may be long, or belongs to somebody else
                return []
            raise DatasetError(f"The folder {self.root.name!r} cannot be read: {error.strerror}.") from error


def is_hidden(name: str) -> bool:
    """Return whether a file is hidden: a dot file, or what macOS adds to a zip.

    >>> is_hidden("__MACOSX/pets/cat.png"), is_hidden("pets/.DS_Store"), is_hidden("pets/cat.png")
    (True, True, False)
    """
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


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
        raise DatasetError(f"{name} has {size:,} bytes; at most {most:,} are read.")
