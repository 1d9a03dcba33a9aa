"""How captions are drawn and asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.evidence import Evidence, TextEvidence
from mmdemo.explanation.explain import Explanation
from mmdemo.model.model import Model
from mmdemo.preprocess.changes import caption_in_words
from mmdemo.preprocess.shortened import shortened
from mmdemo.preprocess.text import MAX_CHARACTERS, TextSettings
from mmdemo.ui import frame, state
from mmdemo.ui.modalities import examples, text_column, text_explanation, text_preparation, text_walkthrough
from mmdemo.ui.modalities.column_view import Width
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pair import Pair

_LINE = 300  # characters


class TextView(View):
    """Captions: a text box, coloured words, and what preparing, counting and averaging words does."""

    section = "Caption"
    invitation = "type a caption"
    addends = "a part for every word"
    unchanged = text_preparation.UNCHANGED

    def of_cell(self, cell: Any) -> str:
        """Return the caption."""
        return str(cell)

    def found_key(self, value: Any, found: Evidence) -> str:
        """Return the cleaned caption."""
        return found.cleaned if isinstance(found, TextEvidence) else str(value)

    def in_line(self, cell: Any) -> str:
        """Return the caption as it stands in a line of text: its first 300 characters."""
        return shortened(super().in_line(cell), _LINE)

    def show(self, value: Any, which: str, width: Width = "stretch") -> None:
        """Draw the caption, or the beginning of a very long one, in quotation marks."""
        shown = shortened(value or "", text_preparation.MOST_CHARACTERS)
        st.markdown(f"“{frame.plain(shown)}”" if shown.strip() else "*no caption*")

    def fill(self, value: Any) -> None:
        """Put a caption into the text box."""
        st.session_state[state.CAPTION] = value or ""

    def in_link(self) -> tuple[dict[str, str], str]:
        """Return the caption."""
        return ({self.name: st.session_state[state.CAPTION] or ""} if state.CAPTION in st.session_state else {}), ""

    def from_link(self, given: str) -> None:
        """Put the caption of a link into the text box."""
        self.fill(given[:MAX_CHARACTERS])

    def ask(self, linked: Pair | None) -> str:
        """Draw the text box and return what stands in it; the answer follows while one types."""
        st.session_state.setdefault(state.CAPTION, examples.caption())
        written = st.text_input(
            "Caption",
            key=state.CAPTION,
            persist_state="session",
            live=True,
            max_chars=MAX_CHARACTERS,
            placeholder="Describe the image",
            help="Change it and watch the answer. Leave it empty to see what the image alone says.",
        )
        return written or ""

    def walkthrough(self, bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
        """Draw what TF-IDF and the word vectors make of the caption."""
        text_walkthrough.section(bundle, dataset, pair.values.get(self.name, ""))

    def unit_name(self, unit: Any) -> str:
        """Return the word in quotation marks."""
        return f"“{unit}”"

    def draw_part(self, explained: Explanation, label: str) -> None:
        """Draw the words, each on blue if it supports the class and on orange if not."""
        text_explanation.draw(explained, self.name, label)

    def choose_units(self, explained: Explanation, label: str, key: str) -> list[int]:
        """Draw the words and a button for each to take it out."""
        return text_explanation.choose_words(explained, self.name, label, key)

    def left_over(self, found: Evidence, places: Sequence[int]) -> str | None:
        """Return the caption without the words at these places."""
        return text_explanation.without(found, places)

    def settings_form(self) -> TextSettings:
        """Draw the operations that clean a caption and return the settings chosen."""
        return text_preparation.form()

    def phrases(self, settings: TextSettings) -> list[str]:
        """Return in words what the settings change, n-grams as well."""
        return caption_in_words(settings)

    def steps(self, model: Model, value: Any, settings: TextSettings) -> None:
        """Draw the caption after every step of cleaning, and what is counted in the end."""
        if value and value.strip():
            st.header("The caption, step by step", anchor=False)
            text_preparation.draw_steps(value, settings)

    def metric(self, dataset: Dataset) -> None:
        """Draw the median number of words."""
        text_column.metric(dataset)

    def numbers(self, dataset: Dataset) -> None:
        """Draw the lengths of the captions."""
        text_column.draw_lengths(dataset)

    def sections(self) -> Mapping[str, Callable[[Dataset], None]]:
        """Return the section on each class's telling words."""
        return {"Words": text_column.telling}

    def search(self, rows: pd.DataFrame, on_change: Callable[[], None]) -> pd.DataFrame:
        """Draw a field for words of the caption and return the rows that hold them."""
        return text_column.search_field(rows, on_change)
