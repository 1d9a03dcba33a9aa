"""Counterfactuals: words, cells or other units taken out, and everything computed again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation.explain import explain
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Doubts
from mmdemo.model.model import Model, Prediction

_MOST = 128  # steps of taking out units one after the other

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
    starting with the one that supports the answer most; those that are not needed are put back. Very many units are
    taken out in growing steps. How often everything is computed again is bounded by the modality's `effort`.
    """
    units = removable(evidence, modality)
    if not units:
        return None
    model = replace(model, doubts=Doubts())  # to look for warnings each time would take longer than to answer
    kind = MODALITIES[modality].units
    most = kind.effort(evidence[modality])
    left = iter(range(most))
    order = _by_strength(model, evidence, prediction, modality, len(units))

    def answer(places: Collection[int]) -> Prediction | None:
        if (len(places) == len(units) and len(evidence) == 1) or next(left, None) is None:
            return None
        return model.answer(reduced(model, evidence, {modality: places}))

    few = _few(order, min(kind.tries, most // 2))
    sizes = _sizes(len(order), min(_MOST, most // 2))
    found = _first_change(few, answer, prediction.label) or _greedy(order, sizes, answer, prediction.label)
    return None if found is None else Removal(found[0], tuple(units[place] for place in found[0]), found[1])


def _by_strength(
    model: Model, evidence: Mapping[str, Evidence], prediction: Prediction, modality: str, count: int
) -> list[int]:
    # What most supports the answer against the runner-up comes first.
    second, first = np.argsort(prediction.logits)[-2:]
    found, values = _strengths(model, evidence, prediction, modality)[:, :count], np.zeros(count)
    values[: found.shape[1]] = found[first] - found[second]
    return [int(i) for i in np.argsort(-values, kind="stable")]


def _strengths(
    model: Model, evidence: Mapping[str, Evidence], prediction: Prediction, modality: str
) -> np.ndarray:
    """Return what each unit adds to the logits, or what these lose without it, or else a guess: (k, units)."""
    explained = explain(model, evidence, prediction)
    part, without = explained.parts.get(modality), explained.removals.get(modality)
    if part is None or part.units:
        return np.zeros((len(model.classes), 0)) if part is None else part.values
    if without is not None and len(without.units) == without.count:
        return without.losses
    return MODALITIES[modality].units.hints(evidence[modality], model.heads[prediction.head].coef[modality])


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


def _sizes(count: int, most: int) -> list[int]:
    """Return how many of `count` units to take out at each of at most `most` steps: one more, or so many times more.

    >>> _sizes(3, 128), _sizes(10_000, 5)
    ([1, 2, 3], [1, 10, 100, 1000, 10000])
    """
    if count <= most:
        return list(range(1, count + 1))
    return sorted({round(size) for size in np.geomspace(1, count, max(most, 1))})


def _greedy(
    order: Sequence[int], sizes: Sequence[int], answer: _Answer, label: str
) -> tuple[Places, Prediction] | None:
    changed = _first_change((tuple(order[:size]) for size in sizes), answer, label)
    if changed is None:
        return None
    enough = len(changed[0])
    too_few = max((size for size in sizes if size < enough), default=0)
    while enough - too_few > 1:
        half = (too_few + enough) // 2
        smaller = _first_change(iter([tuple(order[:half])]), answer, label)
        changed, enough, too_few = (smaller, half, too_few) if smaller else (changed, enough, half)
    while smaller := _first_change(_one_less(changed[0]), answer, label):
        changed = smaller
    return changed


def _one_less(places: Places) -> Iterator[Places]:
    return (tuple(other for other in places if other != place) for place in places if len(places) > 1)
