"""Held-out pairs as cards: image, caption, true label, what each model said, and the way to the explanation."""

import textwrap
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mmdemo.bundles.origin import Origin
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.certainty import percent
from mmdemo.model.heads import head_title
from mmdemo.ui import frame, pair_input, state
from mmdemo.ui.modalities.registry import views_of

_FEW, _MANY = 10, 60  # cards: at first, and at most
_NARROW = 125  # pixels: of a pair in a line
_LONGEST = 90  # characters of a caption on a card
_RIGHT, _WRONG = ":green[:material/check_circle:]", ":orange[:material/cancel:]"


@dataclass(frozen=True)
class Album:
    """The held-out pairs, and their images and captions where the model's data is at hand."""

    tested: HeldOut
    origin: Origin | None


def cards(album: Album, rows: np.ndarray, key: str) -> None:
    """Draw these rows (m,) of the held-out pairs, a few at first; key: what tells these cards from others."""
    if not len(rows):
        st.info("No pair of this kind.", icon=":material/check:")
        return
    pair_input.forget_link()
    shown = _MANY if st.session_state.get(f"{key}_all") else _FEW
    with st.grid(min_column_width=160, gap="small", border=True, key=key):
        for row in rows[:shown]:
            with st.container(gap="xsmall"):
                _card(album, int(row))
    if len(rows) > _FEW:
        title = f"Show all {len(rows)}" if len(rows) <= _MANY else f"Show {_MANY} of {len(rows)}"
        st.toggle(title, key=f"{key}_all", persist_state="session")


def _card(album: Album, row: int) -> None:
    tested, row_id = album.tested, str(album.tested.ids[row])
    image_and_caption(album, row_id)
    said = [f"It is **{frame.plain(str(tested.labels[row]))}**"]
    for head in reversed(tested.heads):
        probabilities = tested.probabilities[head][row]
        guess, sure = tested.classes[int(probabilities.argmax())], float(probabilities.max())
        mark = _RIGHT if guess == tested.labels[row] else _WRONG
        said.append(f":small[{mark} {head_title(head, tested.modalities)}: {frame.plain(guess)}, {percent(sure)}]")
    st.markdown("  \n".join(said))
    _why(row_id)


def row(album: Album, rows: np.ndarray, key: str) -> None:
    """Draw these rows (m,) of the held-out pairs in a line, each with the link to its explanation and no more."""
    pair_input.forget_link()
    with st.grid(min_column_width=_NARROW, gap="small", key=key):
        for number in rows:
            with st.container(gap="xsmall"):
                row_id = str(album.tested.ids[number])
                image_and_caption(album, row_id)
                _why(row_id)


def _why(row_id: str) -> None:
    parameters = {state.PAIR: row_id, state.PAIR_OF: state.OF_MODEL}
    frame.link("Classify", "See why", icon=":material/search_insights:", **parameters)


def image_and_caption(album: Album, row_id: str) -> None:
    """Draw what a pair holds, or its id where the model's data is not at hand."""
    if album.origin is None or row_id not in album.origin.dataset.frame.index:
        st.caption(frame.plain(row_id))
        return
    pair = album.origin.dataset.frame.loc[row_id]
    for view in views_of(album.origin.dataset.modalities):
        view.thumbnail(pair[view.name], f"{view.modality.title} of pair {row_id}")
        if view.written:
            said = textwrap.shorten(view.in_line(pair[view.name]), _LONGEST, placeholder=" …")
            st.markdown(f":small[“{frame.plain(said)}”]")
