"""Where a pair to classify comes from: an example, an upload, the camera, or words alone."""

from functools import cache

import streamlit as st

from mmdemo.datasets.examples import ExamplePair, example_pairs
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.ui import state

SOURCES = ("Example", "Upload", "Camera", "No picture")
_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
_CAPTION, _SOURCE, _UPLOAD, _CAMERA = "caption", "source", "upload", "camera"
_KEPT = "uploaded_picture"


@cache
def examples() -> dict[str, ExamplePair]:
    """Return the example pairs by name."""
    return {pair.name: pair for pair in example_pairs()}


def picture_input() -> tuple[object, str]:
    """Draw the choice of a picture; return it (array, bytes or None) and its file's name."""
    source = st.segmented_control(
        "Picture", SOURCES, default=SOURCES[0], required=True, key=_SOURCE, persist_state="session"
    )
    if source == "Upload":
        return _uploaded()
    if source == "Camera":
        photo = st.camera_input("Take a photo", key=_CAMERA, help="The photo is classified here and not kept.")
        return (photo.getvalue(), "photo.jpg") if photo else (None, "")
    if source == "Example":
        return _example().image, ""
    return None, ""


def caption_input() -> str:
    """Draw the caption's text box; the answer follows while one types."""
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


def _example() -> ExamplePair:
    pairs = examples()
    chosen = pairs.get(st.query_params.get(state.PAIR, ""), next(iter(pairs.values())))
    return chosen


def example_gallery() -> None:
    """Draw the six example pairs, each with a button that chooses it."""
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


def is_example() -> bool:
    """Return whether an example is chosen as the picture."""
    return st.session_state.get(_SOURCE, SOURCES[0]) == SOURCES[0]


def _uploaded() -> tuple[object, str]:
    # The uploader forgets its file when one leaves the page; the session keeps the bytes.
    file = st.file_uploader("Upload a picture", type=_TYPES, key=_UPLOAD, help="It is classified here and not kept.")
    if file is not None:
        st.session_state[_KEPT] = (file.getvalue(), file.name)
    content, name = st.session_state.get(_KEPT, (None, ""))
    return content, name
