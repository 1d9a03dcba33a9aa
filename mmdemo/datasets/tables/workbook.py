"""Read a workbook: XLSX, XLS, XLSB or ODS, in a child process."""

import json
from collections.abc import Iterator
from dataclasses import replace

from mmdemo.datasets.tables.child import BUDGET, child
from mmdemo.datasets.tables.header import find_header
from mmdemo.datasets.tables.rows import Row, sheet_of
from mmdemo.datasets.tables.sheet import Sheet

_TASK, _LIBRARY = "mmdemo.datasets.tables.workbook_task:workbook", "python_calamine"

_PLACES = (b"xl/media/image", b"Pictures/1")  # names of files in XLSX and ODS
_IMAGES = "The images inside the workbook are not read: save them as files, and name them in a column."


def sheet_names(name: str, data: bytes) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, visible ones first; raise DatasetError where it cannot be read."""
    with child(name, _TASK, _LIBRARY, BUDGET) as ask:
        return tuple(json.loads(ask({"sheet": None}, data)[1]))


def read_workbook(name: str, data: bytes, sheet: str = "") -> Sheet:
    """Return the rows of a sheet, "" for the first with several rows and columns, numbered as the spreadsheet does.

    Numbers have no `.0`, dates are as in ISO 8601, errors are empty, and merged cells hold the same down to the last.
    Raises DatasetError, one sentence, where it cannot be read or has more rows or cells than are read.
    """
    with child(name, _TASK, _LIBRARY, BUDGET) as ask:
        answer, rows = ask({"sheet": sheet}, data)
    header, below, notes = find_header(_rows(rows))
    found = sheet_of(name, header.cells, below)
    several = (f"Read the sheet {answer['sheet']!r}, one of {answer['sheets']}.",) if answer["sheets"] > 1 else ()
    images = (_IMAGES,) if any(place in data for place in _PLACES) else ()
    return replace(found, notes=(*several, *notes, *images))


def _rows(answer: bytes) -> Iterator[Row]:
    start = 0
    while start < len(answer):
        end = answer.index(b"\n", start)
        yield Row(*json.loads(answer[start:end]))
        start = end + 1
