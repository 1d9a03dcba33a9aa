"""How a preparation changes a model's answer, as bars of plain HTML for the classes that matter."""

from collections.abc import Mapping, Sequence

import numpy as np

from mmdemo.charts.bars import bar, bars, flow, row_below, tick
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.model.certainty import percent
from mmdemo.preprocess.shortened import shortened

_SEEN = 0.01  # probability below which it is shown as 0 %
_SWATCH = '<span style="display:inline-block;width:.8em;height:.8em;border-radius:2px;background:{}"></span>'
_LEGEND = (
    '<div style="grid-column:1/-1;display:flex;gap:1rem;font-size:.9em">'
    f"<span>{_SWATCH.format(NEUTRAL)} before</span><span>{_SWATCH.format(FOR)} after</span></div>"
)


def effect_bars(
    classes: Sequence[str], before: np.ndarray, after: np.ndarray, title: str, most: int | None = None
) -> str:
    """Return HTML of classes' probabilities before and after, two bars each.

    before, after: float (k,), 0–1. most: classes that have a row, by default all; the others share one.
    """
    shown = moved_classes(before, after, len(classes) if most is None else most)
    names = [shortened(classes[place]) for place in shown]
    pairs = [(float(before[place]), float(after[place])) for place in shown]
    if rest := sorted(set(range(len(classes))) - set(shown)):
        names.append(f"{len(rest):,} others")
        pairs.append((float(before[rest].sum()), float(after[rest].sum())))
    moves = [_move(*pair, decimals=0 if rest else 1) for pair in pairs]
    alt = f"{title}, before and after: " + "; ".join(map(" ".join, zip(names, moves, strict=True)))
    rows = [
        row_below(name, (bar(0, was, NEUTRAL), bar(0, now, FOR)), move)
        for name, (was, now), move in zip(names, pairs, moves, strict=True)
    ]
    return bars([_LEGEND, *rows], title, (), "", alt)


def moved_classes(before: np.ndarray, after: np.ndarray, most: int) -> list[int]:
    """Return the places of the answer before, the answer after, and the classes that change most, at most `most`.

    Of fewer than all, those that stay below 1 % are left out, but not the runner-up. One class more is not left out, as
    its row would be that of the others.

    >>> moved_classes(np.array([0.7, 0.2, 0.1, 0.0]), np.array([0.1, 0.1, 0.3, 0.5]), 2)
    [0, 3]
    """
    by_change = np.lexsort((-before, -np.round(np.abs(after - before), 6)))
    order = dict.fromkeys(map(int, (before.argmax(), after.argmax(), *by_change)))
    if most >= len(order) - 1:
        return list(order)
    seen = {*np.argsort(-before, kind="stable")[:2], *np.flatnonzero(np.maximum(before, after) >= _SEEN)}
    return [place for place in order if place in seen][:most]


def single_effects_bars(label: str, before: float, after: Mapping[str, tuple[float, str]]) -> str:
    """Return HTML of one class's probability after each operation alone, the most harmful first.

    before: its probability as it is (0–1), a tick. after: operation → (its probability, the answer's class); where the
    answer is another class, it is named and the bar is orange.
    """
    found = sorted(after.items(), key=lambda item: item[1][0])
    rows = [_single(name, value, before, "" if answer == label else answer) for name, (value, answer) in found]
    said = ", ".join(_spoken(name, value, answer, label) for name, (value, answer) in found)
    alt = f"“{shortened(label)}”, now at {percent(before)}, after each operation alone: {said}"
    return bars([flow(rows)], f"How likely “{shortened(label)}” is after one operation", (), "", alt)


def _single(name: str, value: float, before: float, other: str) -> str:
    marks = bar(0, value, AGAINST if other else FOR) + tick(before)
    below = f"the answer becomes “{shortened(other)}”" if other else ""
    return row_below(name, (marks,), percent(value), below)


def _spoken(name: str, value: float, answer: str, label: str) -> str:
    return f"{name} {percent(value)}" + ("" if answer == label else f", the answer becomes “{shortened(answer)}”")


def _move(was: float, now: float, decimals: int) -> str:
    before, after = percent(was, decimals), percent(now, decimals)
    return before if before == after else f"{before} → {after}"
