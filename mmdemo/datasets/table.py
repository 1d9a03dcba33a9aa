"""Read data.csv: one row per pair, a column for each modality, `label`, and `group` if there is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.csv_rows import CsvRows
from mmdemo.datasets.data_frame import row_needs
from mmdemo.datasets.wording import columns_listed, rows_listed
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.storage.bounded import Readable

Made = TypeVar("Made")
MOST_ROWS = 200_000  # that are not blank
MOST_CELLS = 2_000_000  # that are kept, empty ones too
LONGEST_LABEL = 200  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One pair as written.

    number: in a spreadsheet, where the header is row 1. cells: of the columns that are read, by their names.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The rows of a data.csv and its header, as written; modalities: those that it has a column of."""

    header: tuple[str, ...]
    modalities: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(file: Readable) -> Table:
    r"""Return the rows of a data.csv, without blank ones; cells are stripped and always read as text.

    Only the columns that are used are kept.
    Raises DatasetError where it is not UTF-8, not well-formed or too large, lacks the labels or every modality, has no
    rows, or where a cell is empty or a text too long.

    >>> import io
    >>> read_table(io.BytesIO(b"Image,Text,Label\ncat.png,None,NA\n")).rows
    (Row(number=2, cells={'image': 'cat.png', 'text': 'None', 'label': 'NA'}),)
    """
    columns: dict[str, int] = {}
    same: dict[str, str] = {}  # labels repeat

    def choose(header: Sequence[str]) -> Sequence[int]:
        columns.update(_columns(header))
        return tuple(columns.values())

    def row(number: int, cells: tuple[str, ...]) -> Row:
        named = dict(zip(columns, cells, strict=True))
        return Row(number, {**named, LABEL: same.setdefault(named[LABEL], named[LABEL])})

    header, rows = _read(file, choose, row)
    if not rows:
        raise DatasetError("data.csv has no rows below its header.")
    modalities = tuple(name for name in columns if name in MODALITIES)
    _check_cells(rows, modalities)
    return Table(header, modalities, tuple(rows))


def read_cells(file: Readable) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
    """Return the header of a CSV and its rows, numbered as in a spreadsheet, without blank ones, cells stripped.

    Every row has as many cells as the header.
    Raises DatasetError where it is not UTF-8, not well-formed or too large, or a row has more cells than the header.
    """
    return _read(file, lambda header: range(len(header)), lambda number, cells: (number, cells))


def _read(
    file: Readable,
    choose: Callable[[Sequence[str]], Sequence[int]],
    make: Callable[[int, tuple[str, ...]], Made],
) -> tuple[tuple[str, ...], list[Made]]:
    """Return the header, and what `make` makes of each row's number and cells, of the columns chosen by the header."""
    rows = iter(CsvRows(file))
    _, first = next(rows, (1, []))
    header = tuple(cell.strip() for cell in first)
    places, wide = choose(header), []
    most = min(MOST_ROWS, MOST_CELLS // max(1, len(places)))
    found: list[Made] = []
    for number, cells in rows:
        if len(found) == most:
            raise DatasetError(f"data.csv has more than {most:,} rows that are not blank (row {number:,} is one more); "
                               "divide it, or leave out columns.")  # fmt: skip
        chosen = tuple(cells[place].strip() if place < len(cells) else "" for place in places)
        found.append(make(number, chosen))
        if len(cells) > len(header) and any(map(str.strip, cells[len(header) :])):
            wide.append(number)
    _check_widths(wide, len(header))
    return header, found


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


def _check_widths(wide: Sequence[int], width: int) -> None:
    """Raise DatasetError where rows (their numbers) have more cells than the header."""
    if wide:
        raise DatasetError(
            f"data.csv has more than the header's {width} cells in {rows_listed(wide)}; "
            "put a text that contains commas between double quotes."
        )


def _check_cells(rows: Sequence[Row], modalities: Sequence[str]) -> None:
    """Raise DatasetError where a cell is empty, or a text or label too long."""
    for column in (*modalities, LABEL):
        empty = [row.number for row in rows if not row.cells[column]]
        if empty:
            raise DatasetError(f"data.csv has no {column} in {rows_listed(empty)}; {row_needs(modalities)}.")
    unprintable = [row.number for row in rows if not row.cells[LABEL].isprintable()]
    if unprintable:
        raise DatasetError(
            f"data.csv has a label with a line break or another control character in {rows_listed(unprintable)}; "
            "write it on one line."
        )
    for column, most in (("text", MAX_CHARACTERS), (LABEL, LONGEST_LABEL)):
        long = [(row.number, len(cell)) for row in rows if len(cell := row.cells.get(column, "")) > most]
        if long:
            raise DatasetError(
                f"data.csv has a {column} of {long[0][1]:,} characters in {rows_listed([row for row, _ in long])}; "
                f"at most {most:,} are allowed."
            )
