"""Read a workbook; runs in a child process."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from mmdemo.datasets.tables.bounds import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from mmdemo.datasets.tables.scalars import written
from mmdemo.errors import DatasetError

Cells = list[str]
_ERRORS = frozenset(("#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!", "#GETTING_DATA"))
_MOST_MERGED = 100_000
_MOST_SHEETS = 1_000
_MOST_BYTES = 150_000_000  # of an answer


def workbook(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the names of a workbook's sheets, visible ones first, or a sheet's rows: JSON, one line each.

    header: `name` for messages, `sheet`: the one to read, None for the names, "" for the first that is a table: with
    several rows and columns, visible if there is such a one.
    Raises DatasetError, one sentence, where it cannot be read.
    """
    name = header["name"]
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(payload)) as book:
            names = _names(book)
            if header["sheet"] is None:
                return {}, json.dumps(names).encode()
            sheet = _chosen(name, book, names, header["sheet"])
            return {"sheet": sheet.name, "sheets": len(names)}, _answer(name, sheet)
    except python_calamine.PasswordError as error:
        raise DatasetError(f"{name} is protected by a password; save it without one.") from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise DatasetError(f"{name} is damaged, or no workbook; save it again as XLSX or CSV.") from error


def _names(book: CalamineWorkbook) -> Cells:
    known = [sheet for sheet in book.sheets_metadata[:_MOST_SHEETS] if sheet.typ == SheetTypeEnum.WorkSheet]
    return [sheet.name for sheet in sorted(known, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)]


def _chosen(name: str, book: CalamineWorkbook, names: Sequence[str], wanted: str) -> CalamineSheet:
    if wanted and wanted not in names:
        raise DatasetError(f"{name} has no sheet {wanted[:80]!r}; choose one of {', '.join(map(repr, names[:5]))}.")
    if not names:
        raise DatasetError(f"{name} has no sheets.")
    best = book.get_sheet_by_name(wanted or names[0])
    for sheet in [] if wanted else names[1:]:
        if min(best.height, best.width) > 1:
            break
        best = max(best, book.get_sheet_by_name(sheet), key=_table_like)  # the first of equals
    return best


def _table_like(sheet: CalamineSheet) -> tuple[int, int]:
    return min(sheet.width, 2), sheet.height


def _answer(name: str, sheet: CalamineSheet) -> bytes:
    answer = io.BytesIO()
    cells = rows = 0
    for number, row in _rows(sheet):
        rows, cells = rows + 1, cells + len(row)
        if rows > MOST_ROWS + 20 or cells > MOST_CELLS + 20 * MOST_COLUMNS or answer.tell() > _MOST_BYTES:
            raise DatasetError(f"{name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells; divide it.")
        line = json.dumps([number, row], ensure_ascii=False, separators=(",", ":")) + "\n"
        answer.write(line.encode("utf-8", "replace"))
    return answer.getvalue()


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    """Yield the rows that are not blank; cells merged with one above them repeat what it holds."""
    top, left = sheet.start or (0, 0)
    merged = _Merged((sheet.merged_cell_ranges or [])[:_MOST_MERGED], left)
    for at, values in enumerate(sheet.iter_rows(), start=top):
        row = [_cell(value) for value in values]
        if any(row):
            yield at + 1, merged.filled(at, row)


class _Merged:
    """Cells that are merged with others below them."""

    def __init__(self, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], left: int) -> None:
        self._below: dict[int, list[tuple[int, int]]] = {}  # row → columns, and their last rows
        for (row, column), (last, _) in ranges:
            if last > row and column >= left:
                self._below.setdefault(row, []).append((column - left, last))
        self._held: dict[int, tuple[int, str]] = {}  # column → the last row that it fills, and what with

    def filled(self, at: int, row: Cells) -> Cells:
        """Return a row in which the cells below a merged one hold the same."""
        self._held = {column: (last, text) for column, (last, text) in self._held.items() if at <= last}
        row = [cell or self._held.get(column, (0, ""))[1] for column, cell in enumerate(row)] if self._held else row
        for column, last in self._below.get(at, ()):
            if column < len(row):
                self._held[column] = last, row[column]
        return row


def _cell(value: Any) -> str:
    text = written(value)
    return "" if text in _ERRORS else text
