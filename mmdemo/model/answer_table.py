"""A table with the answer to each row beside what stood there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmdemo.datasets.table_of_pairs import TableOfPairs, TableRow
from mmdemo.model.batch import RowAnswer, answers
from mmdemo.model.certainty import rounded_down
from mmdemo.model.heads import head_words
from mmdemo.model.model import Model
from mmdemo.storage.spreadsheet import write_csv, write_xlsx
from mmdemo.storage.whole import chosen_file

ANSWER_COLUMNS = ("predicted", "probability", "certainty", "model used", "warnings", "error")

Report = Callable[[float], None]
Row = tuple[str | float, ...]


@dataclass
class BatchCount:
    """How many rows were classified, how many of these answers are sure, and how many rows failed.

    labels: label → how often it was the answer. warned: how many answers may not hold, sure or not.
    """

    classified: int = 0
    failed: int = 0
    sure: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    warned: int = 0

    def add(self, answer: RowAnswer) -> None:
        """Count an answer."""
        if answer.error:
            self.failed += 1
            return
        self.classified += 1
        self.sure += answer.sure
        self.warned += bool(answer.warnings)
        self.labels[answer.label] = self.labels.get(answer.label, 0) + 1


class AnswerTable:
    """The rows of a table with the answers of a model; `count` is complete when all have been walked through.

    report: called with the share that is done (0–1).
    """

    def __init__(self, model: Model, table: TableOfPairs, report: Report = lambda done: None) -> None:
        self.model, self.table, self.report = model, table, report
        self.count = BatchCount()

    def answered(self) -> Iterator[tuple[TableRow, RowAnswer]]:
        """Yield each row with its answer, in order."""
        found = answers(self.model, self.table.rows())
        for place, (row, answer) in enumerate(zip(self.table.rows(), found, strict=True)):
            self.count.add(answer)
            self.report(place / self.table.count)
            yield row, answer
        self.report(1.0)

    def rows(self) -> Iterator[Row]:
        """Yield the header, then the rows: the original columns, then `ANSWER_COLUMNS`, which replace namesakes."""
        return self.joined(self.answered())

    def joined(self, answered: Iterator[tuple[TableRow, RowAnswer]]) -> Iterator[Row]:
        """Yield the same of rows that are answered already."""
        header = self.table.header
        kept = [place for place, name in enumerate(header) if name.casefold() not in ANSWER_COLUMNS]
        yield (*(header[place] for place in kept), *ANSWER_COLUMNS)
        for row, answer in answered:
            yield (*(row.cells[place] for place in kept), *self.cells(answer))

    def cells(self, answer: RowAnswer) -> tuple[float | str, ...]:
        """Return what stands in `ANSWER_COLUMNS`."""
        return answer_cells(self.model, answer)


def answer_cells(model: Model, answer: RowAnswer) -> tuple[float | str, ...]:
    """Return what stands in `ANSWER_COLUMNS` beside a row, "" where there is nothing to say."""
    if answer.error:
        return "", "", "", "", "", answer.error
    used = head_words(answer.head, model.encoders)
    certain = "sure" if answer.sure else "unsure"
    return answer.label, rounded_down(answer.probability, 6), certain, used, answer.warned, ""


def write_answers(answered: AnswerTable, output: Path) -> None:
    """Write the answers to a file, whole or not at all: a workbook where its name ends in .xlsx, else CSV.

    Raises a ConfigError when it cannot be written.
    """
    workbook = output.suffix.lower() == ".xlsx"
    write: Any = write_xlsx if workbook else write_csv
    with chosen_file(output, binary=workbook) as file:
        write(answered.rows(), file)
