"""Classify a whole table: each row comes back with its answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.datasets.unlabelled import UnlabelledPair, UnlabelledPairs
from mmdemo.errors import DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model
from mmdemo.storage.spreadsheet import write_csv
from mmdemo.storage.whole import chosen_file

ANSWER_COLUMNS = ("predicted", "head", "probability", "sure", "error")


@dataclass(frozen=True)
class BatchCount:
    """How many rows were classified, and how many could not be; their column `error` says why."""

    classified: int
    failed: int


def answers(model: Model, pairs: UnlabelledPairs) -> Iterator[tuple[str, ...]]:
    """Yield a table's header, then its rows: the original columns, then `ANSWER_COLUMNS`, which replace namesakes.

    A row that lacks a modality is answered by the head for what it has; a row that cannot be answered keeps its place
    and says why in `error`.
    """
    kept = [place for place, name in enumerate(pairs.header) if name.casefold() not in ANSWER_COLUMNS]
    yield (*(pairs.header[place] for place in kept), *ANSWER_COLUMNS)
    for pair in pairs.rows:
        yield (*(pair.cells[place] for place in kept), *_answer(model, pair))


def write_answers(model: Model, pairs: UnlabelledPairs, output: Path) -> BatchCount:
    """Write the answers to a CSV file (UTF-8), whole or not at all; raise a ConfigError when it cannot be written."""
    failed = 0

    def counted() -> Iterator[tuple[str, ...]]:
        nonlocal failed
        rows = answers(model, pairs)
        yield next(rows)
        for row in rows:
            failed += bool(row[-1])
            yield row

    with chosen_file(output) as file:
        write_csv(counted(), file)
    return BatchCount(len(pairs.rows) - failed, failed)


def _answer(model: Model, pair: UnlabelledPair) -> tuple[str, ...]:
    try:
        if pair.error:
            raise DatasetError(pair.error)
        answer = model.classify(_values(model, pair))
    except MMDemoError as error:
        return "", "", "", "", " ".join(str(error).split())
    return answer.label, answer.head, f"{answer.probabilities.max():.6f}", str(answer.sure), ""


def _values(model: Model, pair: UnlabelledPair) -> dict[str, Any]:
    cells = {name: pair.values.get(name) for name in model.encoders}
    return {name: MODALITIES[name].read(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}
