"""A few pairs with the model's answers, explained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.facts import ModelFacts
from mmdemo.bundles.origin import origin
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.examples import example_pairs
from mmdemo.datasets.registry import SOURCES
from mmdemo.errors import DatasetError
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.of_hundred import together, without
from mmdemo.model.model import Model
from mmdemo.report.explained import Chosen, Example, explained
from mmdemo.report.stages import OnStage, ignore

_FIXED, _BROKEN, _RIGHT, _WRONG = 2, 1, 1, 1  # number of each kind
_BLIND = "Each pair is answered by a model that had not seen it."
_SEEN = "The model that answers new pairs answers here, and it was trained on these, too."


@dataclass(frozen=True)
class Examples:
    """The pairs, and a sentence on their origin or why there are none."""

    pairs: tuple[Example, ...]
    note: str


def examples(bundle: Bundle, facts: ModelFacts, data: Path | None = None, on_stage: OnStage = ignore) -> Examples:
    """Return some held-out pairs explained; where a sample's images are not available here, our own drawings.

    data: where your own data is. on_stage: hears how many are explained.
    """
    on_stage("examples", 0.0)
    try:
        dataset = origin(bundle, data).require_exact()
    except DatasetError as error:
        if data is not None:
            raise
        drawings = [Chosen(pair.name, pair.values, None) for pair in example_pairs()]
        unreadable = drawings[0].values.keys().isdisjoint(bundle.model.encoders)
        if unreadable or bundle.manifest["dataset"]["name"] not in SOURCES:
            return Examples((), f"{error} Give the data to show some of its pairs here.")
        note = "The images of this model's data are not available here, so these are Fusion Lab's own drawings."
        return Examples(_explained([(bundle.model, one) for one in drawings], on_stage), note)
    rows = dataset.frame
    columns = {name: dict(zip(rows.index, values_of(rows, name), strict=True)) for name in dataset.modalities}
    chosen = {
        row: Chosen(kind, {name: cells[row] for name, cells in columns.items()}, str(rows.loc[row, "label"]))
        for kind, row in _worth_showing(facts)
    }
    blindly = all(bundle.explains_blindly(row) for row in chosen)
    which = _BLIND if blindly else _SEEN
    note = f"{which} {dataset.source} Licence: {dataset.licence}."
    return Examples(_explained([(bundle.model_for(row), one) for row, one in chosen.items()], on_stage), note)


def _explained(chosen: Sequence[tuple[Model, Chosen]], on_stage: OnStage) -> tuple[Example, ...]:
    found = []
    for model, one in chosen:
        found.append(explained(model, one))
        on_stage("examples", len(found) / len(chosen))
    return tuple(found)


def _worth_showing(facts: ModelFacts) -> Iterator[tuple[str, str]]:
    """Yield why a held-out pair is worth showing, and its id; no pair twice."""
    seen: set[int] = set()
    for kind, rows, most in _kinds(facts):
        fresh = [int(row) for row in rows if int(row) not in seen][:most]
        seen.update(fresh)
        yield from ((kind, str(facts.held_out.ids[row])) for row in fresh)


def _kinds(facts: ModelFacts) -> Iterator[tuple[str, np.ndarray, int]]:
    tested, head, gain = facts.held_out, facts.best_informed, facts.summary.evaluation.gain
    if gain:
        both, alone = together(facts.summary.evaluation), without(gain, facts.summary.evaluation)
        yield f"Right from {both}, wrong from {alone}", tested.fixed(gain.over), _FIXED
        yield f"Wrong from {both}, right from {alone}", tested.broken(gain.over), _BROKEN
    more = 0 if gain else 1
    yield "Right, and the most confident", _by_confidence(tested, head, right=True), _RIGHT + more
    yield "Wrong, and the most confident", _by_confidence(tested, head, right=False), _WRONG + more


def _by_confidence(tested: HeldOut, head: str, right: bool) -> np.ndarray:
    rows = np.flatnonzero(tested.right(head) == right)
    return rows[np.argsort(-tested.confidence(head)[rows], kind="stable")]
