"""The guided tour: seven stops, one a page, with a sentence to say at each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from mmdemo.ui import kept, state


@dataclass(frozen=True)
class Stop:
    """One stop: the title of its page, what to look at there, and the parameters of the URL that open it."""

    title: str
    sentence: str
    parameters: Mapping[str, str] = field(default_factory=dict)


STOPS = (
    Stop("Overview", "The question and its answer. Each square is one of 100 new pairs: what does the image add?"),
    Stop("Data", "A model is trained on pairs of an image and a caption. Choose a sample, or bring your own."),
    Stop("Preprocess", "Turn the image or change the caption, and see whether the answer changes."),
    Stop("Features", "Image and caption become numbers, side by side in one strip.", {"section": "Together"}),
    Stop("Train", "Choose how a model reads images and captions, press Train, and watch."),
    Stop("Evaluate", "Does adding one to the other help, and how certain is that?"),
    Stop("Classify", "Your turn: choose an image, write a caption, and see the answer."),
)


def current() -> int | None:
    """Return the number of the stop that the URL names, from 1, or None when no tour is on."""
    number = kept.whole_number(st.query_params.get(state.TOUR, ""))
    return number if number and number <= len(STOPS) else None


def bar(go: Callable[[str, Mapping[str, str]], None]) -> None:
    """Draw the stop's sentence with the ways back, on and out, in one line where there is room.

    go: opens the page of a title with these parameters of the URL.
    """
    number = current()
    if number is None:
        return
    stop, last = STOPS[number - 1], number == len(STOPS)
    with st.container(horizontal=True, vertical_alignment="center", key="tour", gap="small"):
        st.markdown(f"**{number} of {len(STOPS)}** · {stop.sentence}")
        if st.button("Back", icon=":material/arrow_back:", shortcut="Left", disabled=number == 1, key="tour_back"):
            go(*_opening(number - 1))
        if st.button(
            "Next", icon=":material/arrow_forward:", shortcut="Right", disabled=last, type="primary", key="tour_next"
        ):
            go(*_opening(number + 1))
        if st.button("End", icon=":material/close:", shortcut="Esc", key="tour_end"):
            go(stop.title, {})


def _opening(number: int) -> tuple[str, Mapping[str, str]]:
    """Return the page of a stop and the parameters that open it."""
    stop = STOPS[number - 1]
    return stop.title, {state.TOUR: str(number), **stop.parameters}
