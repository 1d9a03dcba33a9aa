"""Where a pair to classify comes from: the data, an example, an upload, the camera, or words alone."""

from functools import cache

import numpy as np
import streamlit as st

from mmdemo.datasets.examples import ExamplePair, example_pairs
from mmdemo.preprocess.image import decode
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.ui import frame, state
from mmdemo.ui.data_choice import Pair

SOURCES = ("Example", "Upload", "Camera", "No picture")
_FROM_DATA = "From the data"
_CAPTION, _SOURCE, _UPLOAD, _CAMERA = "caption", "source", "upload", "camera"
_KEPT, _ARRIVED = "uploaded_picture", "arrived_pair"
_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
_SHOWN = 320  # pixels


@cache
def examples() -> dict[str, ExamplePair]:
    """Return the example pairs by name."""
    return {pair.name: pair for pair in example_pairs()}


def picture_input(linked: Pair | None = None) -> np.ndarray | None:
    """Draw the choice of a picture and return it, uint8 (h, w, 3), or None; raises an ImageError for a bad file.

    linked: the pair of a dataset that a link names; it is what is chosen when one arrives by that link.
    """
    _arrive(linked)
    sources = (_FROM_DATA, *SOURCES) if linked else SOURCES
    if st.session_state.get(_SOURCE, sources[0]) not in sources:
        st.session_state[_SOURCE] = sources[0]
    source = st.segmented_control(
        "Picture",
        sources,
        default=sources[0],
        required=True,
        key=_SOURCE,
        persist_state="session",
        wrap=True,
        on_change=_change_source,
    )
    if source == _FROM_DATA and linked:
        st.image(linked.pixels, width=_SHOWN, alt="The picture of the pair")
        st.markdown(f"Its label is **{frame.plain(linked.label)}**. :small[Pair {frame.plain(linked.row_id)}]")
        return linked.pixels
    if source == "Example":
        _gallery()
        return _example().image
    if source == "No picture":
        return None
    content, name = _uploaded() if source == "Upload" else _photographed()
    if content is None:
        return None
    picture = decode(content, name)
    for note in picture.notes:
        st.caption(frame.plain(note))
    st.image(picture.pixels, width=_SHOWN, alt="The picture to classify")
    return picture.pixels


def caption_input() -> str:
    """Draw the caption's text box, and return what stands in it; the answer follows while one types."""
    st.session_state.setdefault(_CAPTION, _example().caption)
    written = st.text_input(
        "Caption",
        key=_CAPTION,
        persist_state="session",
        live=True,
        max_chars=MAX_CHARACTERS,
        placeholder="What would you write beside the picture?",
        help="Change it and watch the answer. Leave it empty to see what the picture alone says.",
    )
    return written or ""


def _arrive(linked: Pair | None) -> None:
    """Choose the pair of a link when one arrives by it, once: what is chosen and written then is the visitor's."""
    if linked is None:
        if st.session_state.get(_SOURCE) == _FROM_DATA:
            st.session_state[_SOURCE], st.session_state[_CAPTION] = SOURCES[0], _example().caption
        return
    arrived = (linked.row_id, linked.caption)
    if st.session_state.get(_ARRIVED) != arrived:
        st.session_state[_ARRIVED] = arrived
        st.session_state[_SOURCE], st.session_state[_CAPTION] = _FROM_DATA, linked.caption


def forget_link() -> None:
    """Let the next link to a pair be followed anew, even if it is the one followed before."""
    st.session_state.pop(_ARRIVED, None)


def _change_source() -> None:
    """Take an example's caption away from a picture of one's own, and give it back to the example."""
    caption, source = st.session_state.get(_CAPTION), st.session_state.get(_SOURCE)
    if source in ("Upload", "Camera") and caption in {pair.caption for pair in examples().values()}:
        st.session_state[_CAPTION] = ""
    if source == "Example" and not caption:
        st.session_state[_CAPTION] = _example().caption


def _example() -> ExamplePair:
    pairs = examples()
    return pairs.get(st.query_params.get(state.PAIR, ""), next(iter(pairs.values())))


def _gallery() -> None:
    chosen = _example().name
    with st.container(horizontal=True, key="examples"):
        for pair in examples().values():
            with st.container(width=104, gap="xsmall"):
                st.image(pair.image, width=104, alt=pair.name)
                st.button(
                    pair.name,
                    key=f"example_{pair.name}",
                    on_click=_choose,
                    args=(pair.name,),
                    width="stretch",
                    type="primary" if pair.name == chosen else "secondary",
                )


def _choose(name: str) -> None:
    st.query_params[state.PAIR] = name
    st.session_state[_CAPTION] = examples()[name].caption


def _uploaded() -> tuple[bytes | None, str]:
    # The uploader forgets its file when one leaves the page; the session keeps the bytes.
    file = st.file_uploader(
        "Upload a picture", type=_TYPES, key=_UPLOAD, on_change=_forget, help="It is classified here and not kept."
    )
    if file is not None:
        st.session_state[_KEPT] = (file.getvalue(), file.name)
    kept: tuple[bytes | None, str] = st.session_state.get(_KEPT, (None, ""))
    return kept


def _forget() -> None:
    st.session_state.pop(_KEPT, None)


def _photographed() -> tuple[bytes | None, str]:
    photo = st.camera_input("Take a photo", key=_CAMERA, help="The photo is classified here and not kept.")
    return (photo.getvalue(), "photo.jpg") if photo is not None else (None, "")
