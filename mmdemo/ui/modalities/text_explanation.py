"""Which words support a class, and a choice of words to take out."""

from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st

from mmdemo.encoders.evidence import Evidence, TextEvidence
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.strongest import others
from mmdemo.modalities.words import without_words, words_of
from mmdemo.ui import frame
from mmdemo.ui.modalities import any_explanation
from mmdemo.ui.modalities.any_explanation import choose, coloured


def draw(explained: Explanation, modality: str, label: str) -> None:
    """Draw the words, blue if they support the class and orange if not, and what the colours mean."""
    if modality not in explained.parts:
        return
    words, values = explained.units(modality, label)
    if not words:
        any_explanation.part(explained, modality, label)
        return
    with st.container(key="words"):
        st.html(coloured(words, values))
    for said in (*_meaning(explained, modality, label, values), *explained.evidence[modality].notes):
        st.caption(frame.plain(said))


def _meaning(explained: Explanation, modality: str, label: str, values: np.ndarray) -> Iterator[str]:
    if modality in explained.removals:
        yield f"{asked.colours(explained, label)} {explained.removals[modality].sentences('words')}"
        return
    if more := others(values, "words"):
        yield more
    yield f"{asked.colours(explained, label)} Words after cleaning."


def choose_words(explained: Explanation, modality: str, label: str, key: str) -> list[int]:
    """Draw the words, and return the places of those that a visitor takes out."""
    draw(explained, modality, label)
    words = words_of(explained.evidence[modality]) if modality in explained.parts else ()
    return choose("Click a word to take it out", explained, modality, words, key) if words else []


def without(found: Evidence, places: Sequence[int]) -> str | None:
    """Return in a sentence what is left of a caption without the words at these places."""
    if not isinstance(found, TextEvidence):
        return None
    return f"What is left of the caption: {frame.plain(without_words(found.cleaned, places)) or 'nothing'}"
