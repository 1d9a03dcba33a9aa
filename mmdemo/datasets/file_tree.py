"""A common view of a folder and a zip: names, contents, paths."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from mmdemo.errors import DatasetError
from mmdemo.storage.reading import read_bytes

MOST_FILES, MOST_BYTES = 100_000, 500_000_000  # of one table


class FileTree(Protocol):
    """Files by their names, which are paths with `/` from the top; hidden files are left out."""

    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """Return the content of one file."""
        ...

    def place(self, names: Iterable[str]) -> dict[str, Path]:
        """Return each file's path on disk, after unpacking it there."""
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
        """List the files; raise DatasetError where there are too many of them."""
        self.root = root.absolute()
        self.names = tuple(sorted(self._walk()))

    def read(self, name: str) -> bytes:
        """Return the content of one file; raise DatasetError where it cannot be read."""
        try:
            return read_bytes(self.root / name, MOST_BYTES)
        except OSError as error:
            raise DatasetError(f"The file {name!r} of {self.root.name!r} cannot be read: {error.strerror}.") from error

    def place(self, names: Iterable[str]) -> dict[str, Path]:
        """Return the path of each of these files."""
        return {name: self.root / name for name in names}

    def _walk(self) -> list[str]:
        names: list[str] = []
        for folder, _, files in os.walk(self.root):
            where = Path(folder).relative_to(self.root)
            names += [name for name in ((where / file).as_posix() for file in files) if not is_hidden(name)]
            check_count(len(names), self.root.name)
        return names


def is_hidden(name: str) -> bool:
    """Return whether a file is hidden: a dot file, or what macOS adds to a zip.

    >>> is_hidden("__MACOSX/pets/cat.png"), is_hidden("pets/.DS_Store"), is_hidden("pets/cat.png")
    (True, True, False)
    """
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def check_count(count: int, where: str) -> None:
    """Raise DatasetError where there are more files than MOST_FILES."""
    if count > MOST_FILES:
        raise DatasetError(f"{where!r} holds more than {MOST_FILES:,} files; give one that holds only the data.")
