"""Read data.csv: one row per pair, a column for each modality, `label`, and `group` if there is one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.csv_rows import CsvRows
from mmdemo.datasets.data_frame import row_needs
from mmdemo.datasets.wording import columns_listed, rows_listed
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.storage.bounded import Readable

MOST_ROWS = 200_000  # that are not blank
MOST_CELLS = 2_000_000  # that are kept, empty ones too
LONGEST_LABEL = 200  # characters
_PART = 2_000_000  # characters that are Python's strings at a time: Arrow's take a third of the memory
_CELL = 50  # characters that a cell counts for, besides its own

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The rows of a data.csv and its header, as written.

    modalities: those that it has a column of. cells: of the columns that are read, by their names; its index is each
    row's number in a spreadsheet, where the header is row 1.
    """

    header: Cells
    modalities: Cells
    cells: pd.DataFrame


def read_table(file: Readable) -> Table:
    r"""Return the rows of a data.csv, without blank ones; cells are stripped and always read as text.

    Only the columns that are used are kept.
    Raises DatasetError where it is not UTF-8, not well-formed or too large, lacks the labels or every modality, has no
    rows, or where a cell is empty or a text too long.

    >>> import io
    >>> read_table(io.BytesIO(b"Image,Text,Label\ncat.png,None,NA\n")).cells
         image  text label
    2  cat.png  None    NA
    """
    columns: dict[str, int] = {}

    def choose(header: Cells) -> Sequence[int]:
        columns.update(_columns(header))
        return tuple(columns.values())

    header, rows = _rows(file, choose)
    parts = [
        pd.DataFrame([cells for _, cells in part], [number for number, _ in part], list(columns), dtype="str")
        for part in _parts(rows)
    ]
    if not parts:
        raise DatasetError("data.csv has no rows below its header.")
    table = Table(header, tuple(name for name in columns if name in MODALITIES), pd.concat(parts))
    _check_cells(table)
    return table


def read_cells(file: Readable) -> tuple[Cells, list[tuple[int, Cells]]]:
    """Return the header of a CSV and its rows, numbered as in a spreadsheet, without blank ones, cells stripped.

    Every row has as many cells as the header.
    Raises DatasetError where it is not UTF-8, not well-formed or too large, or a row has more cells than the header.
    """
    header, rows = _rows(file, lambda header: range(len(header)))
    return header, list(rows)


def _rows(file: Readable, choose: Callable[[Cells], Sequence[int]]) -> tuple[Cells, Iterator[tuple[int, Cells]]]:
    """Return the header, and each row's number and cells, of the columns chosen by the header."""
    rows = iter(CsvRows(file))
    _, first = next(rows, (1, []))
    header = tuple(cell.strip() for cell in first)
    return header, _chosen(rows, len(header), choose(header))


def _chosen(rows: Iterator[tuple[int, list[str]]], width: int, places: Sequence[int]) -> Iterator[tuple[int, Cells]]:
    most, wide = min(MOST_ROWS, MOST_CELLS // max(1, len(places))), []
    for count, (number, cells) in enumerate(rows):
        if count == most:
            raise DatasetError(f"data.csv has more than {most:,} rows that are not blank (row {number:,} is one more); "
                               "divide it, or leave out columns.")  # fmt: skip
        if len(cells) > width and any(map(str.strip, cells[width:])):
            wide.append(number)
        yield number, tuple(cells[place].strip() if place < len(cells) else "" for place in places)
    _check_widths(wide, width)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return the positions of the columns that are read, by their names; raise DatasetError where one is lacking."""
    places = {name: find_column(header, name) for name in (*MODALITIES, LABEL, GROUP)}
    found = {name: place for name, place in places.items() if place is not None}
    missing = [name for name in MODALITIES if not found.keys() & MODALITIES.keys()]
    missing += [LABEL] if LABEL not in found else []
    if missing:
        raise DatasetError(f"data.csv lacks the column {' and '.join(map(repr, missing))}; {columns_listed(header)}.")
    return found


def find_column(header: Sequence[str], column: str) -> int | None:
    """Return the position of a column, ignoring case, or None; raise DatasetError where there are two."""
    places = [place for place, name in enumerate(header) if name.casefold() == column]
    if len(places) > 1:
        raise DatasetError(f"data.csv has the column {column!r} twice; keep one.")
    return places[0] if places else None


def _parts(rows: Iterator[tuple[int, Cells]]) -> Iterator[list[tuple[int, Cells]]]:
    part, size = [], 0
    for number, cells in rows:
        part.append((number, cells))
        size += sum(_CELL + len(cell) for cell in cells)
        if size > _PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _check_widths(wide: Sequence[int], width: int) -> None:
    """Raise DatasetError where rows (their numbers) have more cells than the header."""
    if wide:
        raise DatasetError(
            f"data.csv has more than the header's {width} cells in {rows_listed(wide)}; "
            "put a text that contains commas between double quotes."
        )


def _check_cells(table: Table) -> None:
    """Raise DatasetError where a cell is empty, or a text or label too long."""
    cells = table.cells
    for column in (*table.modalities, LABEL):
        empty = cells.index[cells[column] == ""].tolist()
        if empty:
            raise DatasetError(f"data.csv has no {column} in {rows_listed(empty)}; {row_needs(table.modalities)}.")
    labels = zip(cells.index.tolist(), cells[LABEL], strict=True)
    unprintable = [number for number, label in labels if not label.isprintable()]
    if unprintable:
        raise DatasetError(
            f"data.csv has a label with a line break or another control character in {rows_listed(unprintable)}; "
            "write it on one line."
        )
    for column, most in (("text", MAX_CHARACTERS), (LABEL, LONGEST_LABEL)):
        lengths = cells[column].str.len() if column in cells else pd.Series(dtype=int)
        long = lengths[lengths > most]
        if len(long):
            raise DatasetError(
                f"data.csv has a {column} of {long.iloc[0]:,} characters in {rows_listed(long.index.tolist())}; "
                f"at most {most:,} are allowed."
            )
