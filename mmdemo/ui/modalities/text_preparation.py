"""How a caption is prepared: the visitor's choice, kept for the session, and the caption after every step."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from mmdemo.explanation.palette import AGAINST, FOR, rgb
from mmdemo.preprocess.changes import WHY
from mmdemo.preprocess.shortened import shortened
from mmdemo.preprocess.text import TextSettings, TextStep, Token, clean, clean_steps, tokens, words

# Widget → its value when nothing is changed.
UNCHANGED: dict[str, Any] = {"lowercase": True, "accents": False, "stop_words": False, "ngrams": 1}
_KEPT: dict[str, Any] = {"persist_state": "session"}
_BLUE, _GREEN, _ORANGE = (",".join(map(str, rgb(colour))) for colour in (FOR, "#12927a", AGAINST))
MOST_CHARACTERS = 500  # of a caption that are drawn, each time
_MOST_TOKENS = 200


def form() -> TextSettings:
    """Draw the operations on a caption and return those chosen."""
    lowercase = st.toggle("Lower case", value=True, key="lowercase", help="Car and car count as one word.", **_KEPT)
    accents = st.toggle("Take accents off", key="accents", help="café and cafe count as one word.", **_KEPT)
    stop_words = st.toggle(
        "Leave out very common words",
        key="stop_words",
        help="English words such as “the”, “is” and “of” (stop words).",
        **_KEPT,
    )
    ngrams = st.segmented_control(
        "Longest run of words",
        (1, 2, 3),
        default=1,
        required=True,
        key="ngrams",
        help="An n-gram is a run of n words that is counted like a word of its own: “ice cream” says more than “ice” "
        "and “cream”. It takes effect when a model is trained.",
        **_KEPT,
    )
    return TextSettings(lowercase, accents, "english" if stop_words else "none", ngrams)


def draw_steps(caption: str, settings: TextSettings) -> None:
    """Draw the caption after every step of cleaning, what the step took out and why, and the tokens in the end."""
    found = clean_steps(caption, settings)
    st.html("".join(_step(number, step, previous) for number, (step, previous) in enumerate(_with_previous(found))))
    st.markdown("**What is counted in the end** (tokens)")
    cleaned = clean(caption, settings)
    counted, single = tokens(cleaned, settings.ngrams), {token.text for token in words(cleaned)}
    if not counted:
        st.info("No word is left: for the model, this pair has no caption.", icon=":material/info:")
        return
    st.html(_chips(counted[:_MOST_TOKENS], single))
    st.caption(_summed_up(counted, single))


def _summed_up(counted: Sequence[Token], single: set[str]) -> str:
    runs, different = sum(token.text not in single for token in counted), len({token.text for token in counted})
    said = f"{len(counted):,} in all, {different:,} different"
    kinds = f" {len(counted) - runs:,} single in blue, {runs:,} runs of several in green." if runs else ""
    return f"{said}{f', the first {_MOST_TOKENS} shown' if len(counted) > _MOST_TOKENS else ''}.{kinds}"


def _with_previous(found: Sequence[TextStep]) -> Iterable[tuple[TextStep, str]]:
    return zip(found, [found[0].text, *(step.text for step in found)], strict=False)


def _step(number: int, step: TextStep, previous: str) -> str:
    """Return one step as HTML; a step that changes nothing is paler."""
    idle = number > 0 and step.text == previous and not step.dropped
    result = "nothing to do" if idle else html.escape(shortened(step.text, MOST_CHARACTERS)) or "<i>nothing left</i>"
    dropped = " ".join(_chip(word, _ORANGE, struck=True) for word in step.dropped[:_MOST_TOKENS])
    more = len(step.dropped) - _MOST_TOKENS
    said = [f"and {more:,} more"] if more > 0 else []
    notes = " ".join(f"<i>{html.escape(note)}</i>" for note in (*said, step.note) if note)
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:2px 20px;padding:7px 0;border-bottom:1px solid '
        f'rgba(125,135,153,.25);overflow-wrap:anywhere">'
        f'<div style="flex:1 1 180px;max-width:260px"><b>{number}. {html.escape(step.name)}</b></div>'
        f'<div style="flex:2 1 240px">{result} {dropped} {notes}</div>'
        f'<div style="flex:2 1 240px;opacity:.75">{html.escape(WHY[step.name])}</div></div>'
    )


def _chips(found: Sequence[Token], single: set[str]) -> str:
    chips = "".join(_chip(token.text, _BLUE if token.text in single else _GREEN) for token in found)
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px;overflow-wrap:anywhere">{chips}</div>'


def _chip(text: str, colour: str, struck: bool = False) -> str:
    line = ";text-decoration:line-through" if struck else ""
    style = f"background:rgba({colour},.18);padding:0 7px;border-radius:6px;display:inline-block;max-width:100%{line}"
    return f'<span style="{style}">{html.escape(shortened(text))}</span>'
