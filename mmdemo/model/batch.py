"""Classify many pairs, a few at a time: each is answered from what it has, and one bad row does not affect others."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.encoders.gaps import attempted
from mmdemo.errors import MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE
from mmdemo.model.doubts import Caution
from mmdemo.model.heads import best_informed
from mmdemo.model.model import Model, answered

_BATCH = 32  # rows: two threads read images ahead of the network, and features of 400,000 numbers fit


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """The answer to one row: label, calibrated probability (0–1) and the head that answered; else why there is none.

    warnings: why it may not hold.
    """

    label: str = ""
    probability: float = math.nan
    head: str = ""
    error: str = ""
    warnings: tuple[Caution, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether 9 of 10 such answers are right."""
        return self.probability >= SURE

    @property
    def warned(self) -> str:
        """Why it may not hold, in sentences; "" if nothing is known against it."""
        return " ".join(one.sentence for one in self.warnings)


def answers(model: Model, rows: Iterable[TableRow]) -> Iterator[RowAnswer]:
    """Yield the answer to each row; memory is bounded whatever their number.

    A row that lacks a modality is answered by the head for what it has.
    """
    left = iter(rows)
    while part := list(islice(left, _BATCH)):
        yield from _answers(model, part)


def _answers(model: Model, rows: Sequence[TableRow]) -> list[RowAnswer]:
    errors = {place: row.error for place, row in enumerate(rows) if row.error}
    pairs = [{} if place in errors else _read(model, row, place, errors) for place, row in enumerate(rows)]
    features, holds = {}, {}
    for name, encoder in model.encoders.items():
        values = [pair.get(name) for pair in pairs]
        missing = np.array([value is None for value in values])
        features[name], unread = attempted(encoder, values, missing)
        errors |= {place: _sentence(error) for place, error in unread.items()}
        holds[name] = ~missing
    logits = {name: head.logits(features) for name, head in model.heads.items()}
    heads = answered(logits, holds, model.config, model.shares)
    traits = _traits(model, pairs, features, errors)
    return [
        RowAnswer(error=errors[place])
        if place in errors
        else _answer(model, {name: rows[place] for name, rows in heads.items()}, _held(holds, place), traits[place])
        for place in range(len(rows))
    ]


def _traits(
    model: Model, pairs: Sequence[Mapping[str, Any]], features: Mapping[str, Any], errors: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return, for each pair, modality → what its judge looks at, or None, of what it holds."""
    found: list[dict[str, Any]] = [dict.fromkeys(pair) for pair in pairs]
    for name in model.doubts.judges:
        there = [place for place, pair in enumerate(pairs) if name in pair and place not in errors]
        values, traits = [pairs[place][name] for place in there], MODALITIES[name].familiar.traits
        looked_at = traits(model.encoders[name], values) if traits else features[name][there]
        for place, trait in zip(there, looked_at, strict=True):
            found[place][name] = trait
    return found


def _read(model: Model, row: TableRow, place: int, errors: dict[int, str]) -> dict[str, Any]:
    """Return modality → value of what the row holds and the model reads; note why a row cannot be read."""
    try:
        values = {name: _value(name, row.values[name]) for name in model.encoders if name in row.values}
        return {name: value for name, value in values.items() if not model.is_missing(name, value)}
    except MMDemoError as error:
        errors[place] = _sentence(error)
        return {}


def _value(name: str, cell: Any) -> Any:
    return MODALITIES[name].read(cell) if isinstance(cell, str) else cell


def _held(holds: Mapping[str, np.ndarray], place: int) -> list[str]:
    return [name for name, held in holds.items() if held[place]]


def _answer(
    model: Model, heads: Mapping[str, np.ndarray], held: Sequence[str], traits: Mapping[str, Any]
) -> RowAnswer:
    if not held:
        wanted = " or ".join(MODALITIES[name].wanted for name in model.encoders)
        return RowAnswer(error=f"There is nothing to classify: give {wanted}.")
    probabilities = heads[best_informed(heads)]
    best = int(probabilities.argmax())
    warnings = model.doubts.cautions(model.encoders, model.classes, traits, heads)
    head = best_informed(model.heads_for(held))
    return RowAnswer(model.classes[best], float(probabilities[best]), head, warnings=warnings)


def _sentence(error: MMDemoError) -> str:
    return " ".join(str(error).split())
