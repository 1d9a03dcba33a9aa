"""The cells of a table as written, kept beside a working copy: answers stand beside the columns they belong to."""

import re
from pathlib import Path
from typing import IO

import pandas as pd

from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.storage.frames import read_frame, write_frames

CELLS = "cells.parquet"
_ID, _HEADER = "id", "header"  # the header is the first row, since names may be empty or occur twice


def all_cells(sheet: Sheet) -> pd.DataFrame:
    """Return a table's cells by row id, such as "row 12"; rows that could not be read are there, too, and empty."""
    cells = sheet.cells.set_axis([f"row {number}" for number in sheet.cells.index])
    unread = [row.row for row in sheet.left_out]
    if not unread:
        return cells
    whole = pd.concat([cells, pd.DataFrame("", unread, cells.columns, dtype="str")])
    return whole.iloc[sorted(range(len(whole)), key=lambda place: _number(str(whole.index[place])))]


def write_cells(sheet: Sheet, file: IO[bytes]) -> None:
    """Write a table's header and `all_cells`."""
    names = [str(place) for place in range(len(sheet.header))]
    cells = all_cells(sheet).set_axis(names, axis=1)
    first = pd.DataFrame([sheet.header], [_HEADER], names, dtype="str")
    write_frames([pd.concat([first, cells]).rename_axis(_ID).reset_index()], file)


def read_cells(path: Path) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the header and the cells that `write_cells` wrote; raises an OSError or ValueError where it cannot."""
    found = read_frame(path).set_index(_ID)
    header = found.loc[[_HEADER]].to_numpy()[0].tolist()
    return tuple(header), found.drop(index=_HEADER)


def _number(row: str) -> int:
    return int("".join(re.findall(r"\d", row)) or 0)
