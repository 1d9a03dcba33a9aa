"""The rows that a working copy leaves out: the first in its data.json, where there are many, all of them in a file."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from mmdemo.datasets.left_out import LeftOut
from mmdemo.errors import DatasetError
from mmdemo.storage.reading import open_regular
from mmdemo.storage.spreadsheet import write_csv
from mmdemo.storage.whole import whole_file

LEFT_OUT = "rows-left-out.csv"
HEADER = "Row", "Why it is left out", "What to do"
_LISTED = 1_000  # in data.json, which every page reads


def count_of(facts: Mapping[str, Any]) -> int:
    """Return how many rows are left out of a working copy; facts: its data.json."""
    return int(facts["rows"]) - int(facts["used"]) - int(facts["unlabelled"])


def write_left_out(rows: Sequence[LeftOut], folder: Path) -> list[dict[str, str]]:
    """Return the first rows as they stand in data.json; where there are more, write a CSV of all into the folder."""
    if len(rows) > _LISTED:
        with whole_file(folder / LEFT_OUT) as file:
            write_csv([(*HEADER, "Kind"), *(astuple(row) for row in rows)], file)
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
        raise DatasetError("This data is damaged here: bring it again.") from error
