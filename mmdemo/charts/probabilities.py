"""How likely each model finds every class, as a table of plain HTML with a small bar beside each number."""

import html
from collections.abc import Mapping, Sequence

import numpy as np

from mmdemo.charts.bars import bar, breakable, track
from mmdemo.charts.heads import head_colour
from mmdemo.charts.reflow import are_long, widest
from mmdemo.explanation.palette import NEUTRAL
from mmdemo.model.certainty import percent
from mmdemo.preprocess.shortened import shortened

_MOST = 40  # classes with a row of their own
_BESIDE = 4  # models whose numbers have room beside a name, on a phone too
_PALE = 0.45  # opacity of what is not the answer
_TABLE = "display:grid;font-size:.875rem;line-height:1.2;overflow-wrap:anywhere;font-variant-numeric:tabular-nums"
_ROW = "display:grid;gap:2px 12px;align-items:center;padding:4px 0;grid-template-columns:"
_NAME, _ABOVE = "font-weight:400; text-align:left; padding:0", ";grid-column:1/-1"


def probability_table(
    classes: Sequence[str],
    heads: Mapping[str, np.ndarray],
    titles: Mapping[str, str],
    order: Sequence[int],
    most: int = _MOST,
) -> str:
    """Return HTML of every head's probabilities; long names stand above their numbers, others beside them.

    heads: head → probabilities (k,), 0–1. titles: of the heads. order: the classes' places from top to bottom; of more
    than `most`, the others share a row, unless it would be only one. What a head answers has a row.
    """
    shown = list(order if len(order) == most + 1 else order[:most])
    shown += [place for place in dict.fromkeys(int(found.argmax()) for found in heads.values()) if place not in shown]
    long = are_long(classes) or len(heads) > _BESIDE
    rows = [_row(shortened(classes[place]), _cells(heads, [place]), long) for place in shown]
    if rest := [place for place in order if place not in set(shown)]:
        rows.append(_row(f"{len(rest):,} others", _cells(heads, rest), long))
    named = [f'<th scope="col" style="{_NAME};font-weight:600">{html.escape(titles[head])}</th>' for head in heads]
    few = f"repeat({len(heads)},minmax(0,1fr))"
    template = few if long else f"min({widest(classes)}ch,34%) {few}"
    template = template if len(heads) <= _BESIDE else "repeat(auto-fill,minmax(4rem,1fr))"
    body = "".join(f'<tr style="{_ROW}{template}">{row}</tr>' for row in [_row("", named, long), *rows])
    return f'<table aria-label="Probability of each class by each model" style="{_TABLE}">{body}</table>'


def _row(name: str, cells: Sequence[str], above: bool) -> str:
    corner = "th scope=row" if name else "td"  # the first line names the models
    place = f'style="{_NAME}{_ABOVE * above}"'
    return f"<{corner} {place}>{breakable(name)}</{corner[:2]}>{''.join(cells)}"


def _cells(heads: Mapping[str, np.ndarray], places: Sequence[int]) -> list[str]:
    """Return each head's probability of some classes together; that of its answer stands out."""
    cells = []
    for head, found in heads.items():
        share, answers = float(found[list(places)].sum()), int(found.argmax()) in places
        colour = head_colour(head) if len(places) == 1 else NEUTRAL
        weight = ";font-weight:600" if answers else ""
        drawn = track(bar(0, share, colour, 1 if answers else _PALE))
        cells.append(f'<td style="padding:0{weight}">{percent(share, 1)}{drawn}</td>')
    return cells
