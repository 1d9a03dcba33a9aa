"""Charts of the fused vector, and of what its blocks add to the answer."""

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.blocks import block_colour, colours, titles, titles_with_lengths
from mmdemo.charts.rows import names_axis
from mmdemo.explanation.palette import NEUTRAL, rgb
from mmdemo.walkthrough.fused import FusedBlock, FusedWalk

_NAMES = names_axis(170)
_AROUND = 90  # pixels of title, axis and its name
_BINS = 240  # marks in a strip
_SUM = "#0d1424"
_START = "starting point"
_LIGHT = 0.25  # of a colour, from black (0) to white (1)


def strip_chart(walk: FusedWalk) -> alt.Chart:
    """Return the fused vector as one strip from its first number to its last; stronger numbers have a fuller colour.

    Where there are more numbers than marks, a mark shows the strongest of its numbers.
    """
    rows, start = [], 0
    for block, name in zip(walk.blocks, titles_with_lengths(walk), strict=True):
        edges = np.linspace(0, len(block.values), _bins(block, walk) + 1).round().astype(int)
        strengths = np.maximum.reduceat(np.abs(block.values), edges[:-1])
        rows += [(name, start + a, start + b, s) for a, b, s in zip(edges[:-1], edges[1:], strengths, strict=True)]
        start += len(block.values)
    frame = pd.DataFrame(rows, columns=["block", "from", "to", "strength"])
    frame["fill"] = np.sqrt(frame["strength"] / (frame["strength"].max() or 1.0))
    axis = alt.Axis(tickCount=6, grid=False, labelFlush=True, format=",d")
    return (
        alt.Chart(frame)
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="Place in the row", axis=axis, scale=alt.Scale(domain=[0, start], nice=False)),
            x2="to:Q",
            color=block_colour(titles_with_lengths(walk), colours(walk)),
            opacity=alt.Opacity("fill:Q", scale=alt.Scale(domain=[0, 1], range=[0.12, 1]), legend=None),
            tooltip=[
                alt.Tooltip("block:N", title="Read from"),
                alt.Tooltip("from:Q", title="From position", format=",d"),
                alt.Tooltip("strength:Q", title="Strongest here", format=".4f"),
            ],
        )
        .properties(
            title=f"{walk.length:,} numbers (features)",
            height=210 + 24 * len(walk.blocks),
        )
    )


def share_chart(walk: FusedWalk) -> alt.LayerChart:
    """Return each block's share of the numbers, and of the variance before and after scaling."""
    measures = ("Number of features", "Spread before scaling", "Spread after scaling")
    rows = []
    for measure, place in zip(measures, range(3), strict=True):
        left = 0.0
        for block, name in zip(walk.blocks, titles(walk), strict=True):
            share = (len(block.values) / walk.length, block.before, block.after)[place]
            rows.append((measure, name, left, left + share, share))
            left += share
    frame = pd.DataFrame(rows, columns=["measure", "block", "left", "right", "share"])
    frame["middle"] = (frame["left"] + frame["right"]) / 2
    base = alt.Chart(frame).encode(y=alt.Y("measure:N", sort=list(measures), title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("left:Q", title="Share", axis=alt.Axis(format="%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
        x2="right:Q",
        color=block_colour(titles(walk), colours(walk)),
        tooltip=[
            alt.Tooltip("measure:N", title="Measure"),
            alt.Tooltip("block:N", title="Read from"),
            alt.Tooltip("share:Q", title="Share", format=".2%"),
        ],
    )
    wide = base.transform_filter("datum.share >= 0.12")
    texts = [
        wide.transform_filter(alt.FieldOneOfPredicate("block", blocks))
        .mark_text(color=ink, fontWeight="bold")
        .encode(x="middle:Q", text=alt.Text("share:Q", format=".0%"))
        for ink, blocks in _inks(walk).items()
    ]
    return sum(texts, bars).properties(title="Share of each", height=46 * len(measures) + _AROUND + 60)


def part_chart(walk: FusedWalk, most: int = 5) -> alt.LayerChart:
    """Return what each block adds to the likeliest classes' scores (logits): right is for it."""
    top = walk.top(most)
    rows = [(walk.classes[k], _START, float(walk.intercept[k])) for k in top]
    for block in walk.blocks:
        rows += [(walk.classes[k], block.columns.title, float(block.parts[k])) for k in top]
    frame = pd.DataFrame(rows, columns=["class", "block", "part"])
    sums = pd.DataFrame({"class": [walk.classes[k] for k in top], "logit": walk.logits[top]})
    y = alt.Y("class:N", sort=sums["class"].tolist(), title=None, axis=_NAMES)
    bars = (
        alt.Chart(frame)
        .mark_bar(height={"band": 0.62})
        .encode(
            y=y,
            x=alt.X("part:Q", title="Score", stack="zero"),
            color=block_colour([_START, *titles(walk)], [NEUTRAL, *colours(walk)]),
            tooltip=[
                alt.Tooltip("class:N", title="Class"),
                alt.Tooltip("block:N", title="Read from"),
                alt.Tooltip("part:Q", title="Adds", format="+.3f"),
            ],
        )
    )
    tooltip = [alt.Tooltip("logit:Q", title="Score (logit)", format=".3f")]
    base = alt.Chart(sums).encode(y=y, x="logit:Q", tooltip=tooltip)
    return (bars + base.mark_tick(thickness=3, size=36, color=_SUM, stroke="white", strokeWidth=1)).properties(
        title="Parts of each score", height=38 * len(top) + _AROUND + 90
    )


def _bins(block: FusedBlock, walk: FusedWalk) -> int:
    return min(len(block.values), max(1, round(_BINS * len(block.values) / walk.length)))


def _inks(walk: FusedWalk) -> dict[str, list[str]]:
    inks: dict[str, list[str]] = {}
    for name, colour in zip(titles(walk), colours(walk), strict=True):
        inks.setdefault(_ink(colour), []).append(name)
    return inks


def _ink(colour: str) -> str:
    """Return a colour that is easy to read on this one, by its relative luminance (WCAG 2.2): white is not on amber."""
    shares = (np.array(rgb(colour)) / 255) ** 2.2
    return "#0d1424" if shares @ (0.2126, 0.7152, 0.0722) > _LIGHT else "white"
