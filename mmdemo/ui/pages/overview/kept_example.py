"""One worked example as it stands beside the shipped model, which need not be loaded for it."""

import streamlit as st

from mmdemo.bundles.example import Example
from mmdemo.ui import frame
from mmdemo.ui.pages.overview import worked

TOLD = "The animal or the car? Compare what each model makes of it."


def draw(example: Example) -> None:
    """Draw the pair, the answer and what supports it."""
    shown, told = st.columns([1, 3], gap="medium")
    with shown:
        for value in example.shown.values():
            if isinstance(value, bytes):
                worked.drawn(value, "The image of the example")
            else:
                st.markdown(f"“{frame.plain(value)}”")
        st.caption(TOLD)
    with told:
        worked.answer(example.explained, example.answer)
    worked.reasons(example.explained, example.answer.label, example.painted.values())
