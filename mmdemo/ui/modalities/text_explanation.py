"""Which words support a class, and a choice of words to take out."""

from collections.abc import Sequence

import streamlit as st

from mmdemo.encoders.evidence import Evidence, TextEvidence
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.strongest import others
from mmdemo.modalities.words import without_words, words_of
from mmdemo.ui import frame
from mmdemo.ui.modalities.any_explanation import choose, coloured


def draw(explained: Explanation, modality: str, label: str) -> bool:
    """Draw the words, blue if they support the class and orange if not; return whether there are any."""
    part = explained.parts.get(modality)
    if part is None or not part.units:
        return False
    values = part.values[explained.classes.index(label)]
    with st.container(key="words"):
        st.html(coloured(part.units, values))
    for said in (others(values, "words"), *explained.evidence[modality].notes):
        if said:
            st.caption(frame.plain(said))
    return True


def choose_words(explained: Explanation, modality: str, label: str, key: str) -> list[int]:
    """Draw the words, and return the places of those that a visitor takes out."""
    if not draw(explained, modality, label):
        return []
    return choose("Click a word to take it out", explained, modality, words_of(explained.evidence[modality]), key)


def without(found: Evidence, places: Sequence[int]) -> str | None:
    """Return in a sentence what is left of a caption without the words at these places."""
    if not isinstance(found, TextEvidence):
        return None
    return f"What is left of the caption: {frame.plain(without_words(found.cleaned, places)) or 'nothing'}"
