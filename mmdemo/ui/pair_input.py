"""Where a pair to classify comes from: the data, an example, an upload, the camera, or a caption alone."""

from functools import cache

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mmdemo.datasets.examples import ExamplePair, example_pairs
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.ui import frame, images, state
from mmdemo.ui.data_choice import Pair

SOURCES = ("Example", "Upload", "Camera", "No image")
_FROM_DATA = "From the data"
_CAPTION, _SOURCE, _UPLOAD, _CAMERA = "caption", "source", "upload", "camera"
_KEPT, _PHOTO, _ARRIVED = "uploaded_image", "photo", "arrived_pair"
_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
_EXAMPLE = 104  # pixels


@cache
def examples() -> dict[str, ExamplePair]:
    """Return the example pairs by name."""
    return {pair.name: pair for pair in example_pairs()}


def example_image(name: str) -> images.ChosenImage:
    """Return the image of the example with this name."""
    return images.of_drawing(name, examples()[name].image)


def image_input(linked: Pair | None = None) -> images.ChosenImage | None:
    """Draw the choice of an image and return it, or None; raises an ImageError for a bad file.

    linked: the pair of a dataset that a link names; it is what is chosen when one arrives by that link.
    """
    _arrive(linked)
    sources = (_FROM_DATA, *SOURCES) if linked else SOURCES
    if st.session_state.get(_SOURCE, sources[0]) not in sources:
        st.session_state[_SOURCE] = sources[0]
    source = st.segmented_control(
        "Image",
        sources,
        default=sources[0],
        required=True,
        key=_SOURCE,
        persist_state="session",
        wrap=True,
        on_change=_change_source,
    )
    if source == _FROM_DATA and linked:
        st.image(images.shown(linked.image), width=images.SHOWN, alt="The image of the pair")
        st.markdown(f"Its label is **{frame.plain(linked.label)}**. :small[Pair {frame.plain(linked.row_id)}]")
        return linked.image
    if source == "Example":
        _gallery()
        return example_image(_example().name)
    if source == "No image":
        return None
    chosen = _uploaded() if source == "Upload" else _photographed()
    if chosen is not None:
        for note in images.notes(chosen):
            st.caption(frame.plain(note))
        st.image(images.shown(chosen), width=images.SHOWN, alt="The image to classify")
    return chosen


def caption_input() -> str:
    """Draw the caption's text box, and return what stands in it; the answer follows while one types."""
    st.session_state.setdefault(_CAPTION, _example().caption)
    written = st.text_input(
        "Caption",
        key=_CAPTION,
        persist_state="session",
        live=True,
        max_chars=MAX_CHARACTERS,
        placeholder="What would you write beside the image?",
        help="Change it and watch the answer. Leave it empty to see what the image alone says.",
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
    """Take an example's caption away from an image of their own, and give it back to the example."""
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
            with st.container(width=_EXAMPLE, gap="xsmall"):
                st.image(images.shown(example_image(pair.name), _EXAMPLE), width=_EXAMPLE, alt=pair.name)
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


def _uploaded() -> images.ChosenImage | None:
    # The uploader forgets its file when one leaves the page; the session keeps the bytes.
    file = st.file_uploader(
        "Upload an image", type=_TYPES, key=_UPLOAD, on_change=_forget, help="It is classified here and not kept."
    )
    return _kept(_KEPT, file, file.name) if file is not None else st.session_state.get(_KEPT, (None, None))[1]


def _forget() -> None:
    st.session_state.pop(_KEPT, None)


def _photographed() -> images.ChosenImage | None:
    photo = st.camera_input("Take a photo", key=_CAMERA, help="The photo is classified here and not kept.")
    if photo is None:
        st.session_state.pop(_PHOTO, None)
        return None
    return _kept(_PHOTO, photo, "photo.jpg")


def _kept(place: str, file: UploadedFile, name: str) -> images.ChosenImage:
    """Return the image of a file, read and hashed when it arrives and not in every run of the page."""
    if st.session_state.get(place, (None, None))[0] != file.file_id:
        st.session_state[place] = (file.file_id, images.of_upload(file.getvalue(), name))
    kept: images.ChosenImage = st.session_state[place][1]
    return kept
