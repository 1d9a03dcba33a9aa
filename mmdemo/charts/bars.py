"""Bars as plain HTML: no library draws them, in the server or the browser, so that a first page is there at once."""

import html
from collections.abc import Mapping, Sequence

from mmdemo.charts.heads import head_colour
from mmdemo.evaluation.sentences import titles_of
from mmdemo.explanation.palette import NEUTRAL

_COLUMNS = "fit-content(min(9rem,45%)) minmax(2rem,1fr) max-content"
_GRID = f"display:grid;grid-template-columns:{_COLUMNS};gap:5px 10px;align-items:center"


def accuracy_bars(
    accuracy: Mapping[str, tuple[float, tuple[float, float]]], limits: Mapping[str, float] | None, basis: str, alt: str
) -> str:
    """Return HTML of each head's accuracy on held-out pairs with its 95 % interval, and the best possible if known.

    accuracy: head → (accuracy, (low, high)), all 0–1. limits: head → 0–1. basis: what was measured.
    alt: what it shows, for those who cannot see it.
    """
    rows, titles = [], titles_of(accuracy)
    for head, (share, (low, high)) in accuracy.items():
        marks = bar(0, share, head_colour(head)) + _interval(low, high)
        marks += tick(limits[head]) if limits and head in limits else ""
        rows.append(row(titles[head], marks, f"{share:.1%}", 26, bold=True))
    below = f"{basis}. Line: likely range (95 % interval)"
    below += ". Grey tick: the best possible" if limits else ""
    return bars(rows, "Pairs answered correctly", ("0 %", "50 %", "100 %"), below, alt)


def accuracy_words(accuracy: Mapping[str, tuple[float, tuple[float, float]]]) -> str:
    """Return what a chart of accuracies shows, for those who cannot see it.

    >>> accuracy_words({"image": (0.79, (0.76, 0.819))})
    'Image alone 79.0%, 95 % interval 76.0% to 81.9%'
    """
    titles = titles_of(accuracy)
    return "; ".join(
        f"{titles[head]} {share:.1%}, 95 % interval {low:.1%} to {high:.1%}"
        for head, (share, (low, high)) in accuracy.items()
    )


def flow(rows: Sequence[str]) -> str:
    """Return HTML of rows in as many columns as there is room for; rows: such as `row_below` gives."""
    whole = "".join(f'<div style="break-inside:avoid;padding-bottom:10px">{one}</div>' for one in rows)
    return f'<div style="grid-column:1/-1;columns:20rem;column-gap:2rem">{whole}</div>'


def bars(rows: Sequence[str], title: str, axis: Sequence[str], below: str, alt: str) -> str:
    """Return HTML of rows of bars; alt: as above.

    axis: what stands below, from left to right, and below: what is measured; neither where axis is empty.
    """
    ends = "".join(f"<span>{html.escape(label)}</span>" for label in axis)
    scale = f'<div style="display:flex;justify-content:space-between;opacity:.75;font-size:.8em">{ends}</div>'
    name = f'<div style="grid-column:2/-1;opacity:.75;font-size:.8em">{html.escape(below)}</div>'
    under = f"<span></span>{scale}<span></span><span></span>{name}" if axis else ""
    return (
        f'<div role="img" aria-label="{html.escape(alt)}" style="font-size:.875rem;overflow-wrap:anywhere">'
        f'<div style="font-weight:600;margin-bottom:6px">{breakable(title)}</div>'
        f'<div style="{_GRID}">{"".join(rows)}{under}</div></div>'
    )


def row(name: str, marks: str, value: str, height: int = 18, bold: bool = False) -> str:
    """Return HTML of one row; marks: such as `bar` gives. height: in pixels."""
    weight = "font-weight:600" if bold else ""
    return (
        f'<div style="text-align:right;line-height:1.15">{breakable(name)}</div>'
        f'<div style="position:relative;height:{height}px;border-left:1px solid rgba(125,135,153,.5)">{marks}</div>'
        f'<div style="{weight};font-variant-numeric:tabular-nums">{html.escape(value)}</div>'
    )


def row_below(name: str, tracks: Sequence[str], value: str, below: str = "") -> str:
    """Return HTML of one row whose name and value stand above its bars: for names longer than their share of a line.

    tracks: the marks of each bar, as `bar` gives them. below: what is said under them.
    """
    drawn = "".join(map(track, tracks))
    said = f'<div style="font-size:.9em;margin-top:2px">{html.escape(below)}</div>' if below else ""
    return (
        '<div style="grid-column:1/-1"><div style="display:flex;justify-content:space-between;gap:8px;line-height:1.2">'
        f'<span>{breakable(name)}</span><span style="font-variant-numeric:tabular-nums;white-space:nowrap">'
        f"{html.escape(value)}</span></div>{drawn}{said}</div>"
    )


def breakable(name: str) -> str:
    """Return a name as HTML that may break after its underscores.

    >>> breakable("a_folder & more")
    'a_<wbr>folder &amp; more'
    """
    return html.escape(name).replace("_", "_<wbr>")


def track(marks: str) -> str:
    """Return HTML of a thin line from 0 to 1 with marks on it; marks: such as `bar` gives."""
    look = "position:relative;height:6px;margin-top:2px;border-radius:2px;background:rgba(125,135,153,.18)"
    return f'<div style="{look}">{marks}</div>'


def bar(start: float, end: float, colour: str, opacity: float = 1.0) -> str:
    """Return HTML of a bar from one share of the width (0–1) to another."""
    place = f"left:{100 * start:.2f}%;width:{max(100 * (end - start), 0.3):.2f}%"
    look = f"background:{colour};opacity:{opacity};border-radius:2px"
    return f'<div style="position:absolute;top:0;bottom:0;{place};{look}"></div>'


def tick(share: float) -> str:
    """Return HTML of a grey tick at a share of the width (0–1)."""
    place = f"left:calc({100 * share:.2f}% - 1px)"
    return f'<div style="position:absolute;top:-3px;bottom:-3px;width:3px;{place};background:{NEUTRAL}"></div>'


def _interval(low: float, high: float) -> str:
    place = f"left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%"
    return f'<div style="position:absolute;top:calc(50% - 1px);height:2px;{place};background:currentColor"></div>'
