"""Read Parquet: one file or all parts of a table, as Hugging Face lays them out, too."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.child import Ask
from mmdemo.datasets.tables.embedded_files import EmbeddedFiles, Place
from mmdemo.datasets.tables.names import parts_of
from mmdemo.datasets.tables.parquet_file import ParquetFile, parquet_child
from mmdemo.datasets.tables.rows import Row, sheet_of
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.errors import DatasetError


def read_parquet(tree: FileTree, name: str) -> Sheet:
    """Return the rows of a table, numbered from 1 through all of its parts.

    A column whose values are images becomes files (see `Sheet.files`), cells name them; a class stands in its cell by
    the name that Hugging Face's metadata gives it.
    Raises DatasetError, one sentence, where a part is damaged, or there is more than is read.
    """
    parts = [ParquetFile(tree, part) for part in parts_of(name, tree.names)]
    title = posixpath.basename(name)
    with parquet_child(title) as ask:
        rows = _Rows(parts, ask)
        sheet = sheet_of(title, rows.header, rows)
    notes = (f"Read from {len(parts)} files.",) if len(parts) > 1 else ()
    return replace(sheet, notes=notes, files=EmbeddedFiles(parts, rows.places) if rows.places else None)


class _Rows:
    """The rows of several files, and the places of the files in their cells."""

    def __init__(self, parts: Sequence[ParquetFile], ask: Ask) -> None:
        self._parts, self._ask = parts, ask
        self._first = parts[0].rows(ask)
        self.header = [str(name) for name in next(self._first)]
        self._folders = _folders(self.header)
        self.places: dict[str, Place] = {}

    def __iter__(self) -> Iterator[Row]:
        number = 0
        for place, part in enumerate(self._parts):
            rows = self._first if place == 0 else part.rows(self._ask)
            if place and next(rows) != self.header:
                raise DatasetError(f"{part.title} has other columns than {self._parts[0].title}; give one of them.")
            for row, cells in enumerate(rows):
                number += 1
                found = Row(number, [self._text(number, cell, Place(place, row, at)) for at, cell in enumerate(cells)])
                if found.filled:
                    yield found

    def _text(self, number: int, cell: str | list[str], place: Place) -> str:
        """Return a cell's text: of a file, the name by which it is found."""
        if isinstance(cell, str):
            return cell
        name = f"{self._folders[place.column]}/{number:05d}{cell[0]}"
        self.places[name] = place
        return name


def _folders(header: Sequence[str]) -> list[str]:
    """Return a folder for each column, named like it.

    >>> _folders(["image", "the image/2", "the image_2"])
    ['image', 'the_image_2', 'the_image_2-2']
    """
    plain = [re.sub(r"\W+", "_", name)[:50] or "file" for name in header]
    return [f"{name}-{at}" if name in plain[:at] else name for at, name in enumerate(plain)]
