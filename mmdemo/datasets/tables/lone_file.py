"""A single file as a tree of files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mmdemo.datasets.files.tree import FileTree, Report, check_size, ignore
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Readable
from mmdemo.storage.reading import open_regular


class LoneFile(FileTree):
    """One file, such as a table without images, under its own name.

    >>> LoneFile(Path("lists/pets.csv")).names
    ('pets.csv',)
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.names = (path.name,)

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open the file; raise DatasetError where it is larger than `most` bytes, or cannot be read."""
        try:
            with open_regular(self.path) as file:
                check_size(name, os.fstat(file.fileno()).st_size, most)
                yield file
        except OSError as error:
            raise DatasetError(f"{name} cannot be read: {error.strerror or error}.") from error

    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Return its path under its name."""
        return dict.fromkeys(names, self.path)
