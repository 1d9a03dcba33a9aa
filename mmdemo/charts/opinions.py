"""What each model makes of one pair, in few lines: its likeliest classes, and the others together."""

from collections.abc import Mapping, Sequence

import numpy as np

from mmdemo.charts.bars import bar, bars, row_below
from mmdemo.charts.heads import head_colour
from mmdemo.charts.reflow import are_long
from mmdemo.explanation.palette import NEUTRAL
from mmdemo.model.certainty import percent
from mmdemo.preprocess.shortened import shortened

_PALE = 0.45  # opacity of what is not the answer


def opinion_bars(classes: Sequence[str], heads: Mapping[str, np.ndarray], titles: Mapping[str, str], most: int) -> str:
    """Return HTML of each head's likeliest classes, as many heads side by side as there is room for.

    heads: head → probabilities (k,), 0–1. titles: of the heads. most: classes that have a bar; the others share one.
    """
    blocks = [_block(classes, rows, head, titles[head], most) for head, rows in heads.items()]
    least = 12 if are_long(classes) else 6.5
    columns = f"repeat(auto-fit,minmax(min({least}rem,100%),1fr))"
    return f'<div style="display:grid;grid-template-columns:{columns};gap:1rem">{"".join(blocks)}</div>'


def _block(classes: Sequence[str], found: np.ndarray, head: str, title: str, most: int) -> str:
    order = np.argsort(-found, kind="stable")
    shown, rest = order[:most], order[most:]
    rows = [_row(classes[k], float(found[k]), head_colour(head), 1 if k == order[0] else _PALE) for k in shown]
    if len(rest):
        others = f"{len(rest):,} others" if len(rest) > 1 else classes[rest[0]]
        rows.append(_row(others, float(found[rest].sum()), NEUTRAL, _PALE))
    said = f"{title} → {shortened(classes[order[0]])}"
    return bars(rows, said, (), "", f"{said}, with {percent(found[order[0]])}")


def _row(name: str, share: float, colour: str, opacity: float) -> str:
    return row_below(shortened(name), (bar(0, share, colour, opacity),), percent(share))
