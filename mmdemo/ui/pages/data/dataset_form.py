"""What a visitor chooses about the data: a source and its options; the choice stands in the URL."""

from collections.abc import Callable

import streamlit as st

from mmdemo.charts.data import limits_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.languages import language_name
from mmdemo.datasets.options import AMBIGUOUS, COVERED, LANGUAGE, PAIRS
from mmdemo.datasets.stamps import caption_languages
from mmdemo.errors import DatasetError
from mmdemo.ui import data_choice, figure, frame, state
from mmdemo.ui.pages.data import source_choice
from mmdemo.ui.pages.data.own import own_page

_PAIRS = (80, 160, 320, 600, 1200, data_choice.MOST_PAIRS)
_HOMONYMS = {PAIRS: 600, AMBIGUOUS: 0.5, COVERED: 0.4}  # the defaults of mmdemo.datasets.homonyms
_ENGLISH = "en"


def chosen_dataset(on_change: Callable[[], None]) -> Dataset | None:
    """Draw the choice of a dataset and return it, or None when it cannot be had; the reason is drawn then.

    on_change: called when another source is chosen.
    """
    source_choice.draw(on_change)
    try:
        name = data_choice.current_source()
        if source_choice.is_own(name):
            return own_page.own_dataset(name)
        if name == "stamps":
            _language()
        dataset = data_choice.current_dataset() if name != "homonyms" else _homonyms()
    except DatasetError as error:
        st.info(frame.plain(str(error)), icon=":material/info:")
        st.button("Continue with the default data", on_click=source_choice.choose, args=("homonyms",), key="recover")
        return None
    return dataset


def _homonyms() -> Dataset:
    """Draw the options of the homonyms and what follows from them."""
    st.markdown(
        "Four words with two meanings each, drawn and written by the app itself. A caption may leave the meaning open, "
        "and an image may be covered: **you decide how often**, so the best possible accuracy is known beforehand."
    )
    options, outcome = st.columns([2, 3], gap="large")
    with options:
        _pairs()
        meaning = "“Look at this bat.” names the word, but not which of its two meanings."
        _share(AMBIGUOUS, "Ambiguous captions", meaning)
        _share(COVERED, "Covered images", "A covered image hides what it shows, so it says nothing of the class.")
    dataset = data_choice.current_dataset()
    with outcome:
        limits = dataset.limits or {}
        said = ", ".join(f"{head} {limit:.1%}" for head, limit in limits.items())
        figure.draw(limits_chart(limits), alt=f"The best possible accuracy of each model: {said}.", key="limits")
        with st.popover("Why can nothing do better?", icon=":material/help:"):
            _explain_limits()
    return dataset


def _explain_limits() -> None:
    st.markdown(
        "With $t$ the share of ambiguous captions and $c$ the share of covered images:\n\n"
        "- **Caption alone**, $1 - t/2$: an ambiguous word leaves two meanings, and a guess is wrong half the time.\n"
        "- **Image alone**, $1 - \\frac{7}{8}c$: a cover leaves eight classes, and a guess is wrong 7 times of 8.\n"
        "- **Both**, $1 - c\\,t/2$: only where the caption is ambiguous *and* the image covered must one guess.\n\n"
        "A result above its limit on held-out pairs would be luck or a mistake in the measurement."
    )


def _pairs() -> None:
    now = int(_now(PAIRS))
    st.session_state[state.CHOSEN[PAIRS]] = now
    st.select_slider(
        "Pairs",
        sorted({*_PAIRS, now}),
        format_func=lambda n: f"{n:,}",
        key=state.CHOSEN[PAIRS],
        on_change=lambda: _write(PAIRS, st.session_state[state.CHOSEN[PAIRS]]),
        help="How many pairs of image and caption are drawn. More pairs, better models, longer training.",
    )


def _share(name: str, label: str, meaning: str) -> None:
    key, now = state.CHOSEN[name], float(_now(name))
    st.session_state[key] = round(100 * (now if 0 <= now <= 1 else _HOMONYMS[name]))
    st.slider(
        label,
        0,
        100,
        step=5,
        format="%d %%",
        key=key,
        on_change=lambda: _write(name, st.session_state[key] / 100),
        help=meaning,
    )


def _now(name: str) -> str | int | float:
    """Return an option of the homonyms as the URL has it, or its default."""
    try:
        return data_choice.options_in_url("homonyms").get(name, _HOMONYMS[name])
    except DatasetError:
        return _HOMONYMS[name]


def _write(name: str, value: str | int | float) -> None:
    st.query_params[name] = value if isinstance(value, str) else f"{value:g}"


def _language() -> None:
    """Draw the choice of the captions' language; raises a DatasetError where the stamps are not installed."""
    st.markdown(
        "Some 700 photographs and drawings of everyday things from Tux Paint, a drawing program for children, "
        "with captions by volunteers in many languages."
    )
    languages = _languages()
    now = st.query_params.get(LANGUAGE, _ENGLISH)
    st.session_state[state.CHOSEN[LANGUAGE]] = now if now in languages else None
    st.selectbox(
        "Language of the captions",
        sorted(languages, key=language_name),
        index=0 if now in languages else None,
        format_func=lambda code: f"{language_name(code)} · {languages[code]} pairs",
        key=state.CHOSEN[LANGUAGE],
        on_change=_take_language,
        width=360,
        help="A pair without a caption in the language is left out, and so is a class with fewer than 25 pairs.",
    )


def _take_language() -> None:
    _write(LANGUAGE, st.session_state[state.CHOSEN[LANGUAGE]] or _ENGLISH)


@st.cache_data(ttl=600, show_spinner="Reading the captions…")
def _languages() -> dict[str, int]:
    return caption_languages()
