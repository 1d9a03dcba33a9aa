"""How a modality's column of a dataset is drawn; this view draws any, and others do better for theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import is_absent
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES

Width = int | Literal["stretch"]
_LONGEST = 120  # characters of a value on a page


def is_empty(cell: Any) -> bool:
    """Return whether a cell of a dataset holds nothing."""
    return is_absent(cell) or (isinstance(cell, str) and not cell)


class ColumnView:
    """The drawing of one modality's column, which works for a modality that has no view of its own.

    name: of the modality. written: whether a cell can stand in a line of text. A cell is a value in a dataset's frame.
    """

    written = True

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def modality(self) -> Modality:
        """The modality that is drawn."""
        return MODALITIES[self.name]

    def files(self, cells: Iterable[Any]) -> Sequence[str]:
        """Return the paths of the files that a column's cells stand for, if they do."""
        return ()

    def in_line(self, cell: Any) -> str:
        """Return a cell as it stands in a line of text, "" where it is missing."""
        return "" if is_empty(cell) else str(cell)

    def thumbnail(self, cell: Any, alt: str, width: Width = "stretch") -> None:
        """Draw a small copy of what cannot stand in a line of text."""

    def at_points(self, cells: Iterable[Any]) -> tuple[str, list[str]]:
        """Return a title and, for each cell, what the map of a dataset tells of it at its point."""
        said = map(self.in_line, cells)
        return self.modality.title, [line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…" for line in said]

    def metric(self, dataset: Dataset) -> None:
        """Draw one number about the column."""

    def numbers(self, dataset: Dataset) -> None:
        """Draw charts of the column."""

    def sections(self) -> Mapping[str, Callable[[Dataset], None]]:
        """Return title → drawing of the sections of the Data page that this modality adds."""
        return {}

    def search(self, rows: pd.DataFrame, on_change: Callable[[], None]) -> pd.DataFrame:
        """Draw a field to search by and return the rows found."""
        return rows
