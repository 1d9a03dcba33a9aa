"""A table of pairs to classify: no labels needed, every row in its place, usable or not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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

