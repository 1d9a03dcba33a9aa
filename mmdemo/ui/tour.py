"""The guided tour: seven stops, one a page, with a sentence to say at each."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from mmdemo.ui import kept, state


@dataclass(frozen=True)
class Stop:
    """One stop: the title of its page, and what to look at there."""

    title: str
    sentence: str


STOPS = (
    Stop("Overview", "The claim and the proof: a bar for each model, on the same pairs. Is the last one longer?"),
    Stop("Data", "What a model is trained on: pairs of an image and a caption, and how many of each kind."),
    Stop("Preprocess", "Turn the image, shorten the caption, and watch which change matters to the model."),
    Stop("Features", "What image and words turn into: numbers, side by side in one strip."),
    Stop("Train", "Press Train: a model is made before your eyes, in a process of its own."),
    Stop("Evaluate", "What does each modality add, how sure is that, and on which pairs?"),
    Stop("Classify", "Your turn: any image, any words, and every part of the answer accounted for."),
)


def current() -> int | None:
    """Return the number of the stop that the URL names, from 1, or None when no tour is on."""
    number = kept.whole_number(st.query_params.get(state.TOUR, ""))
    return number if number and number <= len(STOPS) else None


def bar(go: Callable[[str, int | None], None]) -> None:
    """Draw the stop's sentence with the ways back, on and out; go: called with a page's title and the stop there."""
    number = current()
    if number is None:
        return
    stop = STOPS[number - 1]
    with st.container(border=True, key="tour"):
        st.markdown(f"**Tour, stop {number} of {len(STOPS)}.** {stop.sentence}")
        with st.container(horizontal=True):
            if st.button("Back", icon=":material/arrow_back:", shortcut="Left", disabled=number == 1, key="tour_back"):
                go(STOPS[number - 2].title, number - 1)
            last = number == len(STOPS)
            if st.button(
                "Next",
                icon=":material/arrow_forward:",
                shortcut="Right",
                disabled=last,
                type="primary",
                key="tour_next",
            ):
                go(STOPS[number].title, number + 1)
            if st.button("End the tour", icon=":material/close:", shortcut="Esc", key="tour_end"):
                go(stop.title, None)
