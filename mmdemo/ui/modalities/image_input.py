"""Where an image to classify comes from: the data, an example, an upload, or the camera; or there is none."""

from functools import partial

import streamlit as st

from mmdemo.preprocess.formats import ENDINGS
from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.ui import frame, state, tiles
from mmdemo.ui.modalities import chosen_image, examples, taken_image
from mmdemo.ui.modalities.chosen_image import ChosenImage
from mmdemo.ui.pair import Pair
from mmdemo.ui.tiles import Tile

SOURCES = ("Example", "Upload", "Camera", "No image")
_FROM_DATA = "From the data"
_SOURCE, _UPLOAD, _CAMERA = "source", "upload", "camera"
_SMALL = 104  # pixels: large enough to see, small enough for the caption below to stay in sight
_WRITTEN = {"Example": "example", "No image": "none"}  # in a link


def arrive(linked: ChosenImage | None) -> None:
    """Choose the image of the pair that has just arrived by a link, where it has one."""
    st.session_state[_SOURCE] = "No image" if linked is None else _FROM_DATA


def in_link(name: str) -> tuple[dict[str, str], str]:
    """Return the parameters of a link that bring the image back, and a sentence on what none can, or "".

    name: of the parameter that says where the image comes from.
    """
    match st.session_state.get(_SOURCE):
        case "Example":
            return {name: _WRITTEN["Example"], state.PAIR: examples.chosen().name}, ""
        case "Upload" | "Camera":
            return {name: _WRITTEN["No image"]}, "Your own image is not in the link: nobody else can see it."
        case "No image":
            return {name: _WRITTEN["No image"]}, ""
    return {}, ""


def from_link(given: str) -> None:
    """Choose where the image of a link comes from; what is none of the ways is passed over."""
    for source, written in _WRITTEN.items():
        if given == written:
            st.session_state[_SOURCE] = source


def ask(pair: Pair | None) -> ChosenImage | None:
    """Draw the choice of an image and return it, or None; raises an ImageError for a bad file.

    pair: that of the dataset which a link names.
    """
    linked = None if pair is None else pair.values.get("image")
    usual = SOURCES if examples.offered() else SOURCES[1:]
    sources = (_FROM_DATA, *usual) if linked else usual
    given = _caption_of(pair)
    if st.session_state.get(_SOURCE, sources[0]) not in sources:
        st.session_state[_SOURCE], st.session_state[state.CAPTION] = sources[0], given
    source = st.segmented_control(
        "Image",
        sources,
        default=sources[0],
        required=True,
        key=_SOURCE,
        persist_state="session",
        wrap=True,
        on_change=_change_source,
        args=(given,),
    )
    if source == _FROM_DATA and linked:
        st.image(chosen_image.shown(linked), width=_SMALL, alt="The image of the pair")
        return linked
    if source == "Example":
        _gallery()
        return examples.image_of(examples.chosen().name)
    if source == "No image":
        return None
    chosen = _uploaded() if source == "Upload" else _photographed()
    if chosen is not None:
        for note in chosen_image.notes(chosen):
            st.caption(frame.plain(note))
        st.image(chosen_image.shown(chosen), width=_SMALL, alt="The image to classify")
        place = _UPLOAD if source == "Upload" else _CAMERA
        st.button(
            "Remove the image", key="remove_image", icon=":material/delete:", on_click=taken_image.forget, args=(place,)
        )
    return chosen


def _caption_of(pair: Pair | None) -> str:
    return examples.caption() if pair is None else str(pair.values.get("text", ""))


def _change_source(given: str) -> None:
    """Take the caption given with an image away from an image of their own, and give it back with that image."""
    caption, source = st.session_state.get(state.CAPTION), st.session_state.get(_SOURCE)
    if source in ("Upload", "Camera") and caption in {given, *(pair.caption for pair in examples.by_name().values())}:
        st.session_state[state.CAPTION] = ""
    if source == _FROM_DATA and not caption:
        st.session_state[state.CAPTION] = given
    if source == "Example" and not caption:
        st.session_state[state.CAPTION] = examples.caption()


def _gallery() -> None:
    chosen = examples.chosen().name
    tiles.offer(
        [
            Tile(f"example_{name}", name, name == chosen, partial(_choose, name), partial(_drawn, name))
            for name in examples.by_name()
        ]
    )


def _drawn(name: str) -> None:
    st.image(chosen_image.shown(examples.image_of(name), _SMALL), width="stretch", alt=name)


def _choose(name: str) -> None:
    st.query_params[state.PAIR] = name
    st.session_state[state.CAPTION] = examples.by_name()[name].caption


def _uploaded() -> ChosenImage | None:
    taken_image.steady(_UPLOAD)
    st.file_uploader(
        f"Upload an image, at most {MAX_BYTES // 10**6} MB",
        type=list(ENDINGS),
        key=taken_image.widget_key(_UPLOAD),
        max_upload_size=MAX_BYTES // 10**6,
        on_change=taken_image.take,
        args=(_UPLOAD,),
        help="JPEG, PNG, WebP, HEIC and other images. It is classified here; the server keeps a small copy until you "
        "leave.",
    )
    return taken_image.taken(_UPLOAD)


def _photographed() -> ChosenImage | None:
    taken_image.steady(_CAMERA)
    st.camera_input(
        "Take a photo",
        key=taken_image.widget_key(_CAMERA),
        on_change=taken_image.take,
        args=(_CAMERA, "photo.jpg"),
        help="The photo is classified here; the server keeps a small copy until you leave.",
    )
    return taken_image.taken(_CAMERA)
