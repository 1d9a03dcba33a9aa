"""A few pairs with the model's answers, explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.facts import ModelFacts
from mmdemo.bundles.origin import origin
from mmdemo.charts.answer import waterfall_chart
from mmdemo.charts.heads import head_title
from mmdemo.datasets.data_frame import is_absent
from mmdemo.datasets.examples import example_pairs
from mmdemo.datasets.registry import SOURCES
from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.errors import DatasetError
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.explanation.heat_map import painted
from mmdemo.explanation.palette import tint
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import FUSED
from mmdemo.report.rendering import Figure, figure, image_uri

_FIXED, _BROKEN, _RIGHT, _WRONG = 2, 1, 1, 1  # number of each kind


@dataclass(frozen=True)
class Unit:
    """A unit of a value, such as a word of the caption, what it adds to the logit, and the colour behind it (CSS)."""

    text: str
    part: float
    colour: str


@dataclass(frozen=True)
class Shown:
    """A data URI of an image, what it shows for those who cannot see it, and the line below."""

    uri: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Example:
    """One pair.

    kind: why it was chosen. written: those of its values that are no images. label: its true class, None where it is
    unknown. answer: the model's, with its probability (0–1), and whether it is sure. opinions: title of a head →
    answer and probability. shown: its image and the image's heat map, if it has one. units: of each value, those
    that are listed. parts: what adds up to the answer's logit.
    """

    kind: str
    written: str
    label: str | None
    answer: str
    probability: float
    sure: bool
    opinions: dict[str, tuple[str, float]]
    shown: tuple[Shown, ...]
    units: tuple[tuple[Unit, ...], ...]
    parts: Figure


@dataclass(frozen=True)
class Examples:
    """The pairs, and a sentence on their origin or why there are none."""

    pairs: tuple[Example, ...]
    note: str


@dataclass(frozen=True)
class _Chosen:
    kind: str
    values: Mapping[str, Any]
    label: str | None


def examples(bundle: Bundle, facts: ModelFacts, data: Path | None = None) -> Examples:
    """Return some held-out pairs explained; where a sample's images are not available here, our own drawings.

    data: where your own data is.
    """
    try:
        dataset = origin(bundle, data).require_exact()
    except DatasetError as error:
        if data is not None:
            raise
        if bundle.manifest["dataset"]["name"] not in SOURCES:
            return Examples((), f"{error} Give the data to show some of its pairs here.")
        drawings = [_Chosen(pair.name, pair.values, None) for pair in example_pairs()]
        note = "The images of this model's data are not available here, so these are Fusion Lab's own drawings."
        return Examples(tuple(_explained(bundle, one) for one in drawings), note)
    rows = dataset.frame
    names = [name for name in MODALITIES if name in rows.columns]
    chosen = [
        _Chosen(kind, {name: rows.loc[i, name] for name in names}, str(rows.loc[i, "label"]))
        for kind, i in _worth_showing(facts)
    ]
    note = f"Pairs that the model was not trained on. {dataset.source} Licence: {dataset.licence}."
    return Examples(tuple(_explained(bundle, one) for one in chosen), note)


def _explained(bundle: Bundle, chosen: _Chosen) -> Example:
    model = bundle.model
    evidence = model.examine(chosen.values)
    prediction = model.answer(evidence)
    explained = explain(model, evidence, prediction)
    k = explained.classes.index(prediction.label)
    heads = prediction.heads if FUSED in prediction.heads else {}
    opinions = {
        head_title(head, model.encoders): (model.classes[int(found.argmax())], float(found.max()))
        for head, found in heads.items()
    }
    return Example(
        kind=chosen.kind,
        written=_written(chosen.values),
        label=chosen.label,
        answer=prediction.label,
        probability=float(prediction.probabilities.max()),
        sure=prediction.sure,
        opinions=opinions,
        shown=tuple(_shown(explained, k)),
        units=tuple(_units(explained, k)),
        parts=figure(
            waterfall_chart(explained, prediction.label),
            f"What adds up to the logit {explained.logits[k]:.2f} of {prediction.label}.",
            width=300,
        ),
    )


def _written(values: Mapping[str, Any]) -> str:
    """Return the values of a pair that can be written, or which it lacks.

    >>> _written({"text": "a red car"}), _written({"text": ""})
    ('“a red car”', 'No caption')
    """
    said = {name: str(value) if not is_absent(value) else "" for name, value in values.items()}
    names = [name for name in values if not MODALITIES[name].drawn]
    return ", ".join(f"“{said[name]}”" if said[name] else f"No {MODALITIES[name].noun}" for name in names)


def _shown(explained: Explanation, k: int) -> Iterator[Shown]:
    for name, found in explained.evidence.items():
        if not isinstance(found, ImageEvidence):
            continue
        x, y, width, height = found.square.box
        noun, answer = MODALITIES[name].noun, explained.classes[k]
        plain = image_uri(found.square.pixels[y : y + height, x : x + width])
        yield Shown(plain, f"The {noun} as the model sees it", f"The {noun}")
        if explained.parts[name].units:
            tinted = image_uri(painted(found, explained.parts[name].values[k]))
            said = f"The {noun}, tinted blue where it supports {answer} and orange where it counts against"
            yield Shown(tinted, said, f"What supports {answer}")


def _units(explained: Explanation, k: int) -> Iterator[tuple[Unit, ...]]:
    for name, part in explained.parts.items():
        if part.units and MODALITIES[name].units.summed_as is None:
            strongest = float(np.abs(part.values[k]).max(initial=0))
            pairs = zip(part.units, part.values[k], strict=True)
            yield tuple(Unit(str(unit), float(value), tint(float(value), strongest)) for unit, value in pairs)


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
        alone = head_title(gain.over).lower()
        yield f"Fixed by fusion: {alone} was wrong", tested.fixed(gain.over), _FIXED
        yield f"Broken by fusion: {alone} was right", tested.broken(gain.over), _BROKEN
    more = 0 if gain else 1
    yield "Right, and the most confident", _by_confidence(tested, head, right=True), _RIGHT + more
    yield "Wrong, and the most confident", _by_confidence(tested, head, right=False), _WRONG + more


def _by_confidence(tested: HeldOut, head: str, right: bool) -> np.ndarray:
    rows = np.flatnonzero(tested.right(head) == right)
    return rows[np.argsort(-tested.confidence(head)[rows], kind="stable")]
