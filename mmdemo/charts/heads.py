"""Titles and colours of the heads, the same in every chart, page and report."""

from collections.abc import Collection, Sequence

import altair as alt

from mmdemo.explanation.palette import NEUTRAL
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model import heads as model_heads
from mmdemo.model.heads import FUSED, head_names

_FUSED = "#1a936f"  # distinguishable from the modalities' colours, also to colour-blind readers
_SOME = ("#8f5bb5", "#b04a2f", "#4d7f17", "#0e7c86", "#a3416d", "#5c6bc0")  # of some modalities together, in turn


def head_title(head: str, modalities: Collection[str] | None = None) -> str:
    """Return a head's title; modalities: those of its model, by default all there are."""
    return model_heads.head_title(head, MODALITIES if modalities is None else modalities)


def head_colour(head: str) -> str:
    """Return a head's colour, such as "#2a78d6"."""
    if head in MODALITIES:
        return MODALITIES[head].colour
    if head == FUSED:
        return _FUSED
    some = [name for name in head_names(MODALITIES) if "+" in name]
    return _SOME[some.index(head) % len(_SOME)] if head in some else NEUTRAL


def head_scale(heads: Sequence[str]) -> alt.Scale:
    """Return the scale from the titles of a model's heads to their colours."""
    used = {name for head in heads if head != FUSED for name in head.split("+")}
    titles = [head_title(head, used or None) for head in heads]
    return alt.Scale(domain=titles, range=[head_colour(head) for head in heads])


def head_titles() -> dict[str, str]:
    """Return head → title of all heads that a model may have."""
    return {head: head_title(head) for head in head_names(MODALITIES)}
