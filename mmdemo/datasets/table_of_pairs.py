"""A table of pairs to classify: no labels needed, every row in its place, usable or not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.datasets.base import LABEL
from mmdemo.datasets.unlabelled import unlabelled
from mmdemo.errors import DatasetError


@dataclass(frozen=True)
class TableRow:
    """One row: its id, such as "row 12", its cells as written, and modality → value of what it holds.

    error: why the row is left out, in one sentence, else empty. label: "" where it has none.
    """

    id: str
    cells: tuple[str, ...]
    values: Mapping[str, Any]
    error: str = ""
    label: str = ""


@dataclass(frozen=True)
class TableOfPairs:
    """The columns' names, how many rows there are, and the rows, which can be walked through again and again."""

    header: tuple[str, ...]
    count: int
    rows: Callable[[], Iterator[TableRow]]


    def without_labels(self) -> "TableOfPairs":
        """Return the rows that have no label alone; raise a DatasetError where there is none."""
        count = sum(not row.label for row in self.rows())
        if not count:
            raise DatasetError("Every row has a label already: there is none to classify.")
        return TableOfPairs(self.header, count, lambda: (row for row in self.rows() if not row.label))


def table_of_pairs(name_or_path: str | Path) -> TableOfPairs:
    """Return the pairs of a dataset by name, or of a folder or zip.

    Raises a DatasetError where nothing can be read at all.
    """
    found = unlabelled(name_or_path)
    place = next((place for place, name in enumerate(found.header) if name.casefold() == LABEL), None)
    rows = tuple(
        TableRow(f"row {number}", pair.cells, pair.values, pair.error, "" if place is None else pair.cells[place])
        for number, pair in enumerate(found.rows, 2)
    )
    return TableOfPairs(found.header, len(rows), lambda: iter(rows))
