"""The captions of a dataset: how long they are, which words tell its classes apart, and a search in them."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from mmdemo.charts.data import length_chart, words_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.search import search
from mmdemo.datasets.words import COMMON, TellingWord, caption_lengths, telling_words
from mmdemo.ui import figure, frame, kept, state
from mmdemo.ui.dataset_key import key_of

_MOST_SEARCHED = 200  # characters


def metric(dataset: Dataset) -> None:
    """Draw the median length."""
    lengths = _lengths(key_of(dataset), dataset)
    st.metric("Words per caption", f"{lengths.median():g}", border=True, help="The median: half have fewer.")


def draw_lengths(dataset: Dataset) -> None:
    """Draw how many captions have how many words."""
    lengths = _lengths(key_of(dataset), dataset)
    figure.draw(
        length_chart(lengths),
        alt=f"Captions by length: {lengths.min()} to {lengths.max()} words, median {lengths.median():g}.",
        key="caption_lengths",
    )


def telling(dataset: Dataset) -> None:
    """Draw each class's most telling words."""
    st.markdown(
        "For each class, the words that its captions hold far more often than those of other classes. The bar is the "
        "share of the class's captions with the word, the orange tick that of all other captions. The most "
        "telling word comes first."
    )
    found = _words(key_of(dataset), dataset)
    highest = max((word.share for telling in found.values() for word in telling), default=None)
    with st.grid(min_column_width=260, gap="medium"):
        for label, words in found.items():
            if words:
                spoken = f"Telling words of {label}: {', '.join(word.word for word in words)}."
                figure.draw(words_chart(label, words, highest), alt=spoken, key=f"words_{label}")
    if (labels := dataset.frame["label"].nunique()) > len(found):
        st.caption(f"These are the {len(found)} largest of {labels:,} labels.")
    silent = [label for label, words in found.items() if not words]
    if silent:
        st.caption(f"No word stands out in: {frame.plain(', '.join(silent))}.")
    with st.popover("How are they chosen?", icon=":material/help:"):
        st.markdown(
            "For each word and label, the captions are counted that hold the word and that do not, in the label and "
            "outside it. The **log-likelihood ratio** G² says how surprising these four counts would be if word and "
            "label had nothing to do with each other; the words with the largest G² are shown. Words in more than "
            f"{COMMON:.0%} of the other captions, such as “a”, are left out. In scripts without spaces, single "
            "characters and pairs of them count as words."
        )


def search_field(rows: pd.DataFrame, on_change: Callable[[], None]) -> pd.DataFrame:
    """Draw a field for words of the caption and return the rows that hold them."""
    kept.restore(state.SEARCH, "", lambda written: written[:_MOST_SEARCHED])
    phrase = st.text_input(
        "Search in captions",
        key=state.SEARCH,
        on_change=on_change,
        type="search",
        max_chars=_MOST_SEARCHED,
        placeholder="Words of the caption",
        width=300,
    )
    return search(rows, phrase or "")


@st.cache_data(max_entries=8, show_spinner=False)
def _lengths(key: tuple[object, ...], _dataset: Dataset) -> pd.Series:
    return caption_lengths(_dataset.frame)


@st.cache_resource(max_entries=8, show_spinner="Counting words…")
def _words(key: tuple[object, ...], _dataset: Dataset) -> dict[str, list[TellingWord]]:
    return telling_words(_dataset.frame)
