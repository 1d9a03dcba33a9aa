"""The rows that a working copy leaves out: the first in its data.json, where there are many, all of them in a file."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.left_out import LeftOut
from mmdemo.errors import DatasetError
from mmdemo.storage.reading import open_regular, read_bytes
from mmdemo.storage.spreadsheet import csv_bytes, write_csv
from mmdemo.storage.whole import whole_file

LEFT_OUT = "rows-left-out.csv"
HEADER = "Row", "Why it is left out", "What to do"
_LISTED = 1_000  # in data.json, which every page reads
_MOST_BYTES = 200_000_000
_DAMAGED = "This data is damaged here: bring it again."


def count_of(facts: Mapping[str, Any]) -> int:
    """Return how many rows are left out of a working copy; facts: its data.json."""
    return int(facts["rows"]) - int(facts["used"]) - int(facts["unlabelled"])


def write_left_out(rows: Sequence[LeftOut], folder: Path) -> list[dict[str, str]]:
    """Return the first rows as they stand in data.json; where there are more, write a CSV of all into the folder."""
    if len(rows) > _LISTED:
        with whole_file(folder / LEFT_OUT) as file:
            write_csv([HEADER, *((row.row, row.reason, row.remedy) for row in rows)], file)
    return [asdict(row) for row in rows[:_LISTED]]


def first_left_out(facts: Mapping[str, Any]) -> list[LeftOut]:
    """Return the first rows that are left out of a working copy."""
    return [LeftOut(**row) for row in facts["left_out"]]


def left_out_of_copy(folder: Path, facts: Mapping[str, Any]) -> list[LeftOut]:
    """Return all rows that are left out of a working copy; raise a DatasetError where they are not there."""
    listed = first_left_out(facts)
    if len(listed) == count_of(facts):
        return listed
    try:
        with TextIOWrapper(open_regular(folder / LEFT_OUT), "utf-8-sig", newline="") as file:
            return [LeftOut(*line) for line in islice(csv.reader(file), 1, None)]
    except (OSError, TypeError, ValueError, csv.Error) as error:
        raise DatasetError(_DAMAGED) from error


def left_out_csv(folder: Path, facts: Mapping[str, Any]) -> bytes:
    """Return all rows that are left out of a working copy as CSV; raise a DatasetError where they are not there."""
    if len(facts["left_out"]) < count_of(facts):
        try:
            return read_bytes(folder / LEFT_OUT, _MOST_BYTES)
        except OSError as error:
            raise DatasetError(_DAMAGED) from error
    return csv_bytes(pd.DataFrame([(row.row, row.reason, row.remedy) for row in first_left_out(facts)], columns=HEADER))
