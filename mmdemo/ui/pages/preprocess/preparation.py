"""How an image and a caption are prepared: the visitor's choice, kept for the session."""

from typing import Any

import streamlit as st

from mmdemo.preprocess.changes import changed, in_words
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.text import TextSettings
from mmdemo.ui import frame, state

_FITS = {"letterbox": "Pad", "crop": "Crop", "stretch": "Stretch"}
_FLIPS = {"none": "No", "horizontal": "Left–right", "vertical": "Top–bottom"}
_SQUARE = (
    "How an image of any shape becomes the square that a network takes: padded with white, cut to its centre, or "
    "stretched."
)
# Widget → its value when nothing is changed.
_UNCHANGED: dict[str, Any] = {
    "resize": "letterbox",
    "rotate": 0,
    "flip": "none",
    "grey": False,
    "brightness": 0,
    "contrast": 100,
    "lowercase": True,
    "accents": False,
    "stop_words": False,
    "ngrams": 1,
}
_KEPT: dict[str, Any] = {"persist_state": "session"}


def image_settings() -> ImageSettings:
    """Draw the operations on the image and return those chosen."""
    rotate = _slider("Rotate", -180, 180, 15, "%d°", "rotate", "Anticlockwise; the corners that appear are white.")
    flip = _choice("Mirror", _FLIPS, "flip", "Exchanges left and right, or top and bottom.")
    grey = st.toggle("Take the colours away", key="grey", **_KEPT)
    brightness = _slider("Brightness", -100, 100, 10, "%+d %%", "brightness", "Added to every pixel, of 255.")
    contrast = _slider("Contrast", 0, 300, 10, "%d %%", "contrast", "100 % leaves it; 0 % makes all of it mid grey.")
    resize = _choice("Make it square", _FITS, "resize", _SQUARE)
    return ImageSettings(resize, rotate, flip, grey, brightness / 100, contrast / 100)


def caption_settings() -> TextSettings:
    """Draw the operations on the caption and return those chosen."""
    lowercase = st.toggle("Lower case", value=True, key="lowercase", help="Car and car count as one word.", **_KEPT)
    accents = st.toggle("Take accents off", key="accents", help="café and cafe count as one word.", **_KEPT)
    stop_words = st.toggle(
        "Leave out stop words", key="stop_words", help="English words such as “the”, “is” and “of”.", **_KEPT
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


def reset() -> None:
    """Set every operation back; for callbacks."""
    st.session_state.update(_UNCHANGED)


def carry(image: ImageSettings, text: TextSettings) -> None:
    """Draw what takes the settings to the Train page, and what was taken there."""
    with st.container(horizontal=True):
        st.button("Reset", icon=":material/restart_alt:", on_click=reset, key="reset")
        taken = st.button("Use these settings for training", icon=":material/model_training:", key="carry")
    settings = {"image": changed(image), "text": changed(text)}
    if taken:
        st.session_state[state.TRAINING_SETTINGS] = settings
        st.toast("The Train page has these settings now.", icon=":material/check:")
    if settings == st.session_state.get(state.TRAINING_SETTINGS):
        said = ", ".join(in_words(image, text)) or "nothing beyond the usual cleaning and padding"
        st.caption(f"Training prepares every pair like this: {frame.plain(said)}.")
        if frame.exists("Train"):
            frame.link("Train", "Train with these settings")


def _choice(label: str, titles: dict[str, str], key: str, meaning: str) -> Any:
    return st.segmented_control(
        label,
        list(titles),
        default=_UNCHANGED[key],
        required=True,
        format_func=lambda value: titles[value],
        key=key,
        help=meaning,
        **_KEPT,
    )


def _slider(label: str, least: int, most: int, step: int, form: str, key: str, meaning: str) -> int:
    return int(st.slider(label, least, most, _UNCHANGED[key], step, format=form, key=key, help=meaning, **_KEPT))
