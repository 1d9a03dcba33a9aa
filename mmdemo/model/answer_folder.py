"""The answers to a table as a folder, for the app: what a page draws of them, and the files to take home."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.answer_table import AnswerTable, BatchCount
from mmdemo.model.batch import RowAnswer
from mmdemo.model.heads import head_words
from mmdemo.storage.frames import read_frame, write_frames
from mmdemo.storage.limits import JSON_BYTES
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.spreadsheet import write_csv, write_xlsx
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.whole import whole_file, whole_folder

COUNT, ANSWERS, CSV, XLSX = "count.json", "answers.parquet", "answers.csv", "answers.xlsx"
ROW, PREDICTED, PROBABILITY, SURE, USED, ERROR = "row", "predicted", "probability", "sure", "used", "error"
WARNINGS = "warnings"
_PART = 5_000  # rows that are written at a time


def write_folder(answered: AnswerTable, folder: Path) -> None:
    """Write the answers to a folder, whole or not at all; raises an OSError when it cannot be written."""
    with whole_folder(folder) as temporary:
        answers = [answer for _, answer in answered.answered()]
        with whole_file(temporary / ANSWERS, binary=True) as file:
            write_frames(_parts(answered, answers), file)
        with whole_file(temporary / CSV) as file:
            write_csv(answered.joined(_both(answered, answers)), file)
        with whole_file(temporary / XLSX, binary=True) as file:
            write_xlsx(answered.joined(_both(answered, answers)), file)
        with whole_file(temporary / COUNT) as file:
            json.dump(asdict(answered.count), file)


def read_count(folder: Path) -> BatchCount:
    """Return what was counted; raise a DatasetError where the answers are not there or cannot be read."""
    try:
        return BatchCount(**read_json(read_bytes(folder / COUNT, JSON_BYTES)))
    except (OSError, TypeError, ValueError) as error:
        raise DatasetError("The answers are no longer here: classify the table again.") from error


def read_answers(folder: Path) -> pd.DataFrame:
    """Return a row a pair: row id, what each modality holds in words (of a drawn one its file's name), the answer.

    Raises a DatasetError where the answers are not there or cannot be read.
    """
    try:
        return read_frame(folder / ANSWERS)
    except (OSError, ValueError) as error:
        raise DatasetError("The answers are no longer here: classify the table again.") from error


def _both(answered: AnswerTable, answers: Sequence[RowAnswer]) -> Iterator[tuple[TableRow, RowAnswer]]:
    return zip(answered.table.rows(), answers, strict=True)


def _parts(answered: AnswerTable, answers: Sequence[RowAnswer]) -> Iterator[pd.DataFrame]:
    modalities = tuple(answered.model.encoders)
    part: list[dict[str, Any]] = []
    for row, answer in _both(answered, answers):
        used = head_words(answer.head, modalities) if answer.head else ""
        values = {name: _in_words(name, row.values) for name in MODALITIES}
        said = {PREDICTED: answer.label, PROBABILITY: answer.probability, SURE: answer.sure, USED: used}
        said[WARNINGS] = answer.warned
        part.append({ROW: row.id, **values, **said, ERROR: answer.error})
        if len(part) == _PART:
            yield pd.DataFrame(part)
            part = []
    if part:
        yield pd.DataFrame(part)


def _in_words(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        return "" if value is None or MODALITIES[name].drawn else str(value)
    return Path(value).name if MODALITIES[name].drawn else value
