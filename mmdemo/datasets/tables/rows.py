"""Rows on their way from a reader to a sheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.tables.bounds import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.errors import DatasetError

_PART = 2_000_000  # characters that are Python's strings at a time: Arrow's take a third of the memory
_CELL = 50  # characters that a cell counts for, besides its own


@dataclass(frozen=True)
class Row:
    """One row: its number, and its cells, or why they cannot be read and what to do about it."""

    number: int
    cells: Sequence[str] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def filled(self) -> int:
        """How many of its cells are not blank."""
        return sum(not cell.isspace() for cell in self.cells if cell)


def sheet_of(name: str, header: Sequence[str], rows: Iterable[Row], remedy: str = "") -> Sheet:
    """Return the sheet of these rows; remedy: what to do where a row has more cells than the header.

    Raises DatasetError, which names the table, where there are more rows, columns or cells than are read.
    """
    if len(header) > MOST_COLUMNS:
        raise DatasetError(f"{name} has {len(header):,} columns; at most {MOST_COLUMNS:,} are read.")
    left_out: list[LeftOut] = []
    names = [written.strip() for written in header]
    parts = list(_parts(_fitting(_counted(name, rows, len(names)), names, remedy, left_out), len(header)))
    cells = pd.concat(parts) if parts else _frame([], len(header))
    used = [column for column, written in enumerate(names) if written or (cells[column] != "").any()]
    kept = cells if len(used) == len(names) else cells[used].set_axis(range(len(used)), axis=1)
    return Sheet(tuple(names[column] for column in used), kept, left_out=tuple(left_out))


def _counted(name: str, rows: Iterable[Row], width: int) -> Iterator[Row]:
    most = min(MOST_ROWS, MOST_CELLS // max(1, width))
    for count, row in enumerate(rows):
        if count == most:
            raise DatasetError(f"{name} has more than {most:,} rows that are not blank (row {row.number:,} is one "
                               "more); divide it, or leave out columns.")  # fmt: skip
        yield row


def _fitting(rows: Iterable[Row], header: Sequence[str], remedy: str, left_out: list[LeftOut]) -> Iterator[Row]:
    """Yield the rows that fit under the header; list the others."""
    width = len(header)
    for row in rows:
        if not row.problem and len(row.cells) > width and any(map(str.strip, row.cells[width:])):
            row = Row(row.number, problem=f"has {len(row.cells)} cells, but the header has {width}", remedy=remedy)
        if not row.problem and width > 1 and header == [cell.strip() for cell in row.cells]:
            row = Row(row.number, problem="repeats the header")
        if row.problem:
            left_out.append(LeftOut(f"row {row.number}", row.problem, row.remedy))
        else:
            yield Row(row.number, row.cells[:width])


def _parts(rows: Iterable[Row], width: int) -> Iterator[pd.DataFrame]:
    part: list[Row] = []
    size = 0
    for row in rows:
        part.append(row)
        size += 8 * width + _CELL * len(row.cells) + sum(map(len, row.cells))
        if size > _PART:
            yield _frame(part, width)
            part, size = [], 0
    if part:
        yield _frame(part, width)


def _frame(rows: Sequence[Row], width: int) -> pd.DataFrame:
    cells = [[cell.strip() for cell in row.cells] + [""] * (width - len(row.cells)) for row in rows]
    return pd.DataFrame(cells, [row.number for row in rows], range(width), dtype="str")
