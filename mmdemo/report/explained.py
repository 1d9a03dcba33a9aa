"""One pair with the model's answer, explained, in the shape that the report draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from mmdemo.charts.parts import waterfall
from mmdemo.datasets.data_frame import is_absent
from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation, against, explain
from mmdemo.explanation.heat_map import painted
from mmdemo.explanation.palette import tint
from mmdemo.explanation.strongest import others, strongest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import FUSED, head_title
from mmdemo.model.model import Model
from mmdemo.preprocess.shortened import shortened
from mmdemo.report.rendering import image_uri


@dataclass(frozen=True)
class Unit:
    """A unit of a value, such as a word, what it adds to the lead or its removal takes, and the colour behind it."""

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
    that are listed. more: what the units add that are not shown. parts: HTML of what adds up to the answer's lead.
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
    more: tuple[str, ...]
    parts: Markup


@dataclass(frozen=True)
class Chosen:
    """A pair to explain: why it was chosen, modality → value, and its true class, None where it is unknown."""

    kind: str
    values: Mapping[str, Any]
    label: str | None


def explained(model: Model, chosen: Chosen) -> Example:
    """Return the pair with the model's answer, explained."""
    evidence = model.examine(chosen.values)
    prediction = model.answer(evidence)
    found = against(explain(model, evidence, prediction), prediction.label)
    k = found.classes.index(prediction.label)
    heads = prediction.heads if FUSED in prediction.heads else {}
    opinions = {
        head_title(head, model.encoders): (model.classes[int(rows.argmax())], float(rows.max()))
        for head, rows in heads.items()
    }
    return Example(
        kind=chosen.kind,
        written=_written(chosen.values),
        label=chosen.label,
        answer=prediction.label,
        probability=float(prediction.probabilities.max()),
        sure=prediction.sure,
        opinions=opinions,
        shown=tuple(_shown(found, k)),
        units=tuple(_units(found, k)),
        more=tuple(_more(found, k)),
        parts=Markup(waterfall(found, prediction.label)),
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
            said = asked.colours(explained, answer)
            yield Shown(tinted, f"The {noun}, tinted. {said}", said)


def _listed(explained: Explanation) -> list[str]:
    """Return the modalities of which the units are listed."""
    return [name for name in explained.parts if MODALITIES[name].units.summed_as is None]


def _more(explained: Explanation, k: int) -> Iterator[str]:
    for name in _listed(explained):
        nouns = MODALITIES[name].units.nouns
        if name in explained.removals:
            yield explained.removals[name].sentences(nouns)
        elif said := others(explained.parts[name].values[k], nouns):
            yield said


def _units(explained: Explanation, k: int) -> Iterator[tuple[Unit, ...]]:
    for name in _listed(explained):
        units, values = explained.units(name, explained.classes[k])
        shown, most = strongest(values), float(np.abs(values).max(initial=0))
        pairs = ((shortened(str(units[place])), float(values[place])) for place in shown)
        if units:
            yield tuple(Unit(text, value, tint(value, most)) for text, value in pairs)
