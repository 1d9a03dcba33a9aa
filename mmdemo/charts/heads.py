"""Colours of the heads, the same in every chart, page and report."""

from collections.abc import Collection

from mmdemo.charts import grammar as alt
from mmdemo.evaluation.sentences import titles_of
from mmdemo.explanation.palette import NEUTRAL
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import FUSED, head_names

_FUSED = "#1a936f"  # distinguishable from the modalities' colours, also to colour-blind readers
_SOME = ("#8f5bb5", "#b04a2f", "#4d7f17", "#0e7c86", "#a3416d", "#5c6bc0")  # of some modalities together, in turn


def head_colour(head: str) -> str:
    """Return a head's colour, such as "#2a78d6"."""
    if head in MODALITIES:
        return MODALITIES[head].colour
    if head == FUSED:
        return _FUSED
    some = [name for name in head_names(MODALITIES) if "+" in name]
    return _SOME[some.index(head) % len(_SOME)] if head in some else NEUTRAL


def head_scale(heads: Collection[str]) -> alt.Spec:
    """Return the scale from the titles of a model's heads to their colours."""
    return alt.Scale(domain=list(titles_of(heads).values()), range=[head_colour(head) for head in heads])
