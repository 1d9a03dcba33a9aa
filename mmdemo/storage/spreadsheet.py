"""Tables for spreadsheets: CSV that Excel shows in every script, XLSX, and of neither is anything computed."""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from typing import IO

import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_LONGEST = 32_767  # characters of a cell in XLSX
_MARK = "\ufeff"  # a byte order mark, without which Excel takes UTF-8 for another encoding


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that starts like one gets a `'` before it.

    Plain numbers stay as they are. Source: OWASP, "CSV Injection".

    >>> inert("=HYPERLINK(1)"), inert("-1.5"), inert("a cat")
    ("'=HYPERLINK(1)", '-1.5', 'a cat')
    """
    return f"'{cell}" if cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell) else cell


def write_csv(rows: Iterable[Sequence[str | float]], file: IO[str]) -> None:
    """Write rows, the header first, to a text file in UTF-8 that was opened without translation of line ends."""
    file.write(_MARK)
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])


def write_xlsx(rows: Iterable[Sequence[str | float]], file: IO[bytes]) -> None:
    """Write rows, the header first, as XLSX: a text stays a text, whatever it starts with, and a number a number.

    One row at a time is in memory. Texts end after 32,767 characters, which is what a cell holds; NaN and ∞ are empty.
    """
    from xlsxwriter import Workbook

    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, _storable(cell))
                elif math.isfinite(cell):
                    sheet.write_number(number, place, cell)


def _storable(cell: str) -> str:
    """Return what a workbook can hold of a cell: no half characters, and as many letters as Excel reads."""
    whole = cell.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 1]}…"


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table without its index as a CSV file.

    >>> csv_bytes(pd.DataFrame({"=a": ["-x"], "n": [-1.5]})).decode("utf-8-sig").split()
    ["'=a,n", "'-x,-1.5"]
    """
    words = table.select_dtypes(exclude=["number", "bool"]).columns
    shown = table.assign(**{name: [inert(str(cell)) for cell in table[name]] for name in words})
    return shown.rename(columns=inert).to_csv(index=False).encode("utf-8-sig")
