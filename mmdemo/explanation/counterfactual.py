"""Counterfactuals: words, cells or other units taken out, and everything computed again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, Prediction

_MOST = 128  # units taken out one after the other

Places = tuple[int, ...]
_Answer = Callable[[Collection[int]], Prediction | None]


@dataclass(frozen=True)
class Removal:
    """What to take out of one value to change the answer, and the new answer.

    places: 0-based, of the units that can be taken out. units: these units, such as words.
    """

    places: Places
    units: tuple[object, ...]
    prediction: Prediction


def removable(evidence: Mapping[str, Evidence], modality: str) -> tuple[object, ...]:
    """Return the units of the modality's value that can be taken out; their places are those of its part's units."""
    return MODALITIES[modality].units.removable(evidence[modality]) if modality in evidence else ()


def reduced(
    model: Model, evidence: Mapping[str, Evidence], taken: Mapping[str, Collection[int]]
) -> Mapping[str, Evidence]:
    """Return the evidence without some units; a value of which nothing is left counts as missing.

    taken: modality → places of its removable units. Raises a ConfigError when nothing is left to classify.
    """
    left = dict(evidence)
    for name, places in taken.items():
        if places and name in evidence:
            found = MODALITIES[name].units.without(model.encoders[name], left.pop(name), places)
            left |= {} if found is None else {name: found}
    # In the model's order, as `examine` gives it.
    return {name: left[name] for name in evidence if name in left} or model.examine({})


def decisive(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction, modality: str) -> Removal | None:
    """Return few units of a modality's value whose removal changes the answer, or None if no removal tried does.

    Sets of one, two and three units are all tried while they are few; then units are taken out one after the other,
    starting with the one that supports the answer most; those that are not needed are put back.
    """
    units = removable(evidence, modality)
    if not units:
        return None
    order = _by_strength(explain(model, evidence, prediction), prediction, modality, len(units))

    def answer(places: Collection[int]) -> Prediction | None:
        if len(places) == len(units) and len(evidence) == 1:
            return None
        return model.answer(reduced(model, evidence, {modality: places}))

    few = _few(order, MODALITIES[modality].units.tries)
    found = _first_change(few, answer, prediction.label) or _greedy(order, answer, prediction.label)
    return None if found is None else Removal(found[0], tuple(units[place] for place in found[0]), found[1])


def _by_strength(explained: Explanation, prediction: Prediction, modality: str, count: int) -> list[int]:
    # What most supports the answer against the runner-up comes first.
    part = explained.parts.get(modality)
    if part is None or not part.units:
        return list(range(count))
    second, first = np.argsort(prediction.logits)[-2:]
    return [int(i) for i in np.argsort(part.values[second, :count] - part.values[first, :count], kind="stable")]


def _few(order: Sequence[int], most: int) -> Iterator[Places]:
    """Yield the sets of one, two and three places, as far as all of a size can be tried."""
    for size in range(1, min(len(order), 3) + 1):
        most -= comb(len(order), size)
        if most < 0:
            return
        yield from combinations(order, size)


def _first_change(candidates: Iterator[Places], answer: _Answer, label: str) -> tuple[Places, Prediction] | None:
    for places in candidates:
        found = answer(places)
        if found is not None and found.label != label:
            return places, found
    return None


def _greedy(order: Sequence[int], answer: _Answer, label: str) -> tuple[Places, Prediction] | None:
    taken: list[int] = []
    found = None
    for place in order[:_MOST]:
        taken.append(place)
        found = answer(taken)
        if found is not None and found.label != label:
            break
    if found is None or found.label == label:
        return None
    changed = tuple(taken), found
    while smaller := _first_change(_one_less(changed[0]), answer, label):
        changed = smaller
    return changed


def _one_less(places: Places) -> Iterator[Places]:
    return (tuple(other for other in places if other != place) for place in places if len(places) > 1)
