"""Read data.csv: one row per pair, a column for each modality, `label`, and `group` if there is one."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.data_frame import row_needs
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES

MOST_BYTES = 50_000_000
LONGEST_TEXT = 10_000  # characters
SHOWN = 5  # rows or names listed in a message; the rest are counted


@dataclass(frozen=True)
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


def read_table(data: bytes) -> Table:
    r"""Return the rows of a data.csv, without blank ones; cells are stripped and always read as text.

    Raises DatasetError where it is not UTF-8 or not well-formed, lacks the labels or every modality, has no rows, or
    where a cell is empty or a text too long.

    >>> read_table(b"Image,Text,Label\ncat.png,None,NA\n").rows
    (Row(number=2, cells={'image': 'cat.png', 'text': 'None', 'label': 'NA'}),)
    """
    header, filled = read_cells(data)
    columns = _columns(header)
    check_widths(filled, len(header))
    rows = [
        Row(number, {name: dict(enumerate(cells)).get(place, "") for name, place in columns.items()})
        for number, cells in filled
    ]
    if not rows:
        raise DatasetError("data.csv has no rows below its header.")
    modalities = tuple(name for name in columns if name in MODALITIES)
    _check_cells(rows, modalities)
    return Table(tuple(header), modalities, tuple(rows))


def read_cells(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header of a CSV and its rows, numbered as in a spreadsheet, without blank ones, cells stripped.

    Raises DatasetError where it is not UTF-8, not well-formed or too large.
    """
    header, *records = _records(_decode(data)) or [[]]
    return header, [(number, cells) for number, cells in enumerate(records, start=2) if any(cells)]


def listed(items: Sequence[str]) -> str:
    """Return the first few items with commas, and how many more there are.

    >>> listed(["2", "3"]), listed([str(number) for number in range(9)])
    ('2, 3', '0, 1, 2, 3, 4 and 4 more')
    """
    more = len(items) - SHOWN
    return ", ".join(items[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def rows_listed(numbers: Sequence[int]) -> str:
    """Return `row 2` or `rows 2, 5 and 7 more`."""
    return f"row{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in numbers])}"


def _decode(data: bytes) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark."""
    if len(data) > MOST_BYTES:
        raise DatasetError(f"data.csv has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DatasetError(f'data.csv is not UTF-8 (line {line}); save it as "CSV UTF-8".') from error


def _records(text: str) -> list[list[str]]:
    """Return the cells of every record, stripped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [[cell.strip() for cell in cells] for cells in reader]
    except csv.Error as error:
        raise DatasetError(f"data.csv cannot be read at line {reader.line_num} ({error}); check its quotes.") from error


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


def columns_listed(header: Sequence[str]) -> str:
    """Return `its columns are …` for a message."""
    return f"its columns are {', '.join(map(repr, header))}" if any(header) else "its first row is empty"


def check_widths(records: Sequence[tuple[int, Sequence[str]]], width: int) -> None:
    """Raise DatasetError where a row has more cells than the header."""
    wide = [number for number, cells in records if any(cells[width:])]
    if wide:
        raise DatasetError(
            f"data.csv has more than the header's {width} cells in {rows_listed(wide)}; "
            "put a text that contains commas between double quotes."
        )


def _check_cells(rows: Sequence[Row], modalities: Sequence[str]) -> None:
    """Raise DatasetError where a cell is empty or a text too long."""
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
    long = [(row.number, text) for row in rows if len(text := row.cells.get("text", "")) > LONGEST_TEXT]
    if long:
        raise DatasetError(
            f"data.csv has a text of {len(long[0][1]):,} characters in {rows_listed([number for number, _ in long])}; "
            f"at most {LONGEST_TEXT:,} are allowed."
        )
