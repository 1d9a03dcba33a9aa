"""Titles and colours of the heads, the same in every chart, page and report."""

from collections.abc import Sequence

import altair as alt

from mmdemo.explanation.palette import NEUTRAL

HEAD_TITLES = {"image": "Image alone", "text": "Caption alone", "fused": "Both (fused)"}
HEAD_COLOURS = ("#2a78d6", "#c98500", "#1a936f")  # image, text, both: distinguishable to colour-blind readers


def head_title(head: str) -> str:
    """Return a head's title."""
    return HEAD_TITLES.get(head, head)


def head_colour(head: str) -> str:
    """Return a head's colour, such as "#2a78d6"."""
    return dict(zip(HEAD_TITLES, HEAD_COLOURS, strict=True)).get(head, NEUTRAL)


def head_scale(heads: Sequence[str]) -> alt.Scale:
    """Return the scale from the heads' titles to their colours."""
    return alt.Scale(domain=[head_title(head) for head in heads], range=[head_colour(head) for head in heads])
