"""The steps from a model's starting point to a logit, as a waterfall shows them."""

from collections.abc import Callable, Sequence
from typing import Any

from mmdemo.encoders.evidence import Part
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.strongest import strongest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.shortened import shortened


def waterfall_steps(explanation: Explanation, label: str, most_units: int = 8) -> list[tuple[str, float]]:
    """Return (name, part) of one class's logit, in order; the parts sum to the logit, and names are unique."""
    k = explanation.classes.index(label)
    steps = [("starting point", float(explanation.intercept[k]))]
    for name, part in explanation.parts.items():
        modality = MODALITIES[name]
        if not part.units:
            steps.append((modality.noun, float(part.total[k])))
        elif modality.units.summed_as is None:
            steps += _listed(part, k, most_units, modality.units.nouns)
        else:
            steps += _summed(part, k, modality.units.summed_as)
    names = told_apart([name for name, _ in steps])
    return [(name, part) for name, (_, part) in zip(names, steps, strict=True)]


def _listed(part: Part, k: int, most: int, nouns: str) -> list[tuple[str, float]]:
    values = part.values[k]
    shown = strongest(values, most)
    names = told_apart([shortened(str(part.units[i])) for i in shown])
    steps = [(f"“{name}”", float(values[i])) for name, i in zip(names, shown, strict=True)]
    if len(values) > most:
        steps.append((f"{len(values) - most:,} other {nouns}", float(values.sum() - values[shown].sum())))
    return steps


def _summed(part: Part, k: int, summed_as: Callable[[Any], str]) -> list[tuple[str, float]]:
    sums: dict[str, float] = {}
    for unit, value in zip(part.units, part.values[k], strict=True):
        name = summed_as(unit)
        sums[name] = sums.get(name, 0.0) + float(value)
    return [(name, value) for name, value in sums.items() if value]


def told_apart(names: Sequence[str]) -> list[str]:
    """Return the names made unique, because a chart has one row for each name.

    >>> told_apart(["red", "car", "red"])
    ['red', 'car', 'red (2)']
    """
    seen: dict[str, int] = {}
    shown = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown
