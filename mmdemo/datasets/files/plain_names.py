"""Files of which nothing but the names is known here."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from mmdemo.datasets.files.tree import FileTree, Report, ignore
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Readable


class PlainNames(FileTree):
    """Names of files that others open.

    >>> PlainNames(("a.png",)).names
    ('a.png',)
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def opened(self, name: str, most: int) -> AbstractContextManager[Readable]:
        """Raise a DatasetError."""
        raise DatasetError(f"{name} cannot be opened here.")

    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Return an error for each name."""
        return {name: DatasetError(f"{name} cannot be opened here.") for name in names}
