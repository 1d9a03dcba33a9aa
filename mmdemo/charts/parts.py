"""What an answer consists of, as bars of plain HTML, whose names wrap where there is little room."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from mmdemo.charts.bars import bar, bars, row
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.explanation.steps import told_apart, waterfall_steps
from mmdemo.explanation.strongest import strongest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.shortened import shortened

_MOST = 12  # units that have a bar


def waterfall(explained: Explanation, label: str) -> str:
    """Return HTML of what adds up to a class's lead over another, or to its score, and the sum below.

    explained: as `against` or `alone` gives it.
    """
    steps, total = waterfall_steps(explained, label), asked.total(explained)
    alt = f"From the starting point over all parts to a {total} of {sum(part for _, part in steps):.2f}."
    return waterfall_bars(steps, f"= {total}", asked.question(explained, label), asked.axis(explained), alt)


def waterfall_bars(steps: Sequence[tuple[str, float]], total: str, title: str, below: str, alt: str) -> str:
    """Return HTML of the steps to a sum, (name, part), each from where the last one ended, and their sum below.

    total: the sum's name. below: what is measured. alt: what it shows, for those who cannot see it.
    """
    ends = list(accumulate(part for _, part in steps))
    placed = [(name, end - part, end, part) for (name, part), end in zip(steps, ends, strict=True)]
    placed.append((total, 0.0, ends[-1], ends[-1]))
    colours = [*(FOR if part >= 0 else AGAINST for _, part in steps), NEUTRAL]
    return _bars(placed, colours, title, below, alt)


def removal_bars(explained: Explanation, name: str, label: str) -> str:
    """Return HTML of what a class loses without each unit of a value, the strongest 12, each from 0.

    They do not add up. name: of a modality that has removals.
    """
    units, values = explained.units(name, label)
    shown, nouns = strongest(values, _MOST), MODALITIES[name].units.nouns
    names = told_apart([f"“{shortened(str(units[place]))}”" for place in shown])
    placed = [(unit, 0.0, float(part), float(part)) for unit, part in zip(names, values[shown], strict=True)]
    below = asked.lost(explained, label)
    alt = f"{below}, for each of the {nouns} of “{label}” alone: " + ", ".join(
        f"{unit} {_signed(part)}" for unit, *_, part in placed
    )
    colours = [FOR if part >= 0 else AGAINST for *_, part in placed]
    return _bars(placed, colours, "Taken out one at a time", below, f"{alt}.")


def _bars(
    placed: Sequence[tuple[str, float, float, float]], colours: Sequence[str], title: str, below: str, alt: str
) -> str:
    """Return HTML of bars (name, start, end, value)."""
    ends = np.array([(start, end) for _, start, end, _ in placed])
    low, high = min(0.0, ends.min()), max(0.0, ends.max())
    span = (high - low) or 1.0
    rows = []
    for (name, start, end, part), colour in zip(placed, colours, strict=True):
        left, right = ((place - low) / span for place in (min(start, end), max(start, end)))
        rows.append(row(name, bar(left, right, colour), _signed(part)))
    return bars(rows, title, (f"{low:.1f}".replace("-", "−"), f"{high:.1f}"), below, alt)


def _signed(part: float) -> str:
    return f"{part:+.2f}".replace("-", "−")
