"""How an image is prepared: the visitor's choice, kept for the session, and the image after every step."""

from typing import Any

import numpy as np
import streamlit as st

from mmdemo.preprocess.image import ImageSettings, Step, steps
from mmdemo.preprocess.thumbnail import shrunk
from mmdemo.ui import table

_SHOWN = 320  # pixels of a displayed image's long side
_FITS = {"letterbox": "Pad", "crop": "Crop", "stretch": "Stretch"}
_FLIPS = {"none": "No", "horizontal": "Left–right", "vertical": "Top–bottom"}
_SQUARE = (
    "How an image of any shape becomes the square that a network takes: padded with white, cut to its centre, or "
    "stretched."
)
# Widget → its value when nothing is changed.
UNCHANGED: dict[str, Any] = {
    "resize": "letterbox",
    "rotate": 0,
    "flip": "none",
    "grey": False,
    "brightness": 0,
    "contrast": 100,
}
_KEPT: dict[str, Any] = {"persist_state": "session"}


def form() -> ImageSettings:
    """Draw the operations on an image and return those chosen."""
    rotate = _slider("Rotate", -180, 180, 15, "%d°", "rotate", "Anticlockwise; the corners that appear are white.")
    flip = _choice("Mirror", _FLIPS, "flip", "Exchanges left and right, or top and bottom.")
    grey = st.toggle("Take the colours away", key="grey", **_KEPT)
    brightness = _slider("Brightness", -100, 100, 10, "%+d %%", "brightness", "How much lighter it gets.")
    contrast = _slider("Contrast", 0, 300, 10, "%d %%", "contrast", "100 % changes nothing; at 0 % all is mid grey.")
    resize = _choice("Make it square", _FITS, "resize", _SQUARE)
    return ImageSettings(resize, rotate, flip, grey, brightness / 100, contrast / 100)


def draw_steps(pixels: np.ndarray, settings: ImageSettings, side: int) -> None:
    """Draw the image after every operation, with its size; its shape, dtype and range one click away."""
    found = steps(pixels, settings, side)
    with st.grid(min_column_width=170, gap="small", border=True, key="image_steps"):
        for number, step in enumerate(found):
            with st.container(gap="xsmall"):
                st.image(
                    shrunk(step.pixels, _SHOWN / max(step.pixels.shape[:2])),
                    width="stretch",
                    alt=f"Step {number}: {step.name}",
                )
                st.markdown(f"**{number}. {step.name}**")
                st.caption(f"{step.pixels.shape[1]} × {step.pixels.shape[0]} pixels")
    with st.popover("What does a computer see?", icon=":material/help:"):
        st.markdown(
            "To a computer an image is an array of numbers. Its **shape** is rows × columns × 3 colours; `uint8`, its "
            "**type**, stores each number in one byte, 0–255; the **range** is the least and the largest number that "
            "occur. A network takes images of one shape only, so the last step always makes a square."
        )
        rows = [(str(number), *_facts(step)) for number, step in enumerate(found)]
        table.draw(("Step", "Shape", "Type", "Range"), rows, "Each step as numbers")


def _facts(step: Step) -> tuple[str, str, str]:
    height, width, channels = step.pixels.shape
    least, most = step.pixels.min(), step.pixels.max()
    return f"{height} × {width} × {channels}", str(step.pixels.dtype), f"{least}\u2060–\u2060{most}"


def _choice(label: str, titles: dict[str, str], key: str, meaning: str) -> Any:
    return st.segmented_control(
        label,
        list(titles),
        default=UNCHANGED[key],
        required=True,
        format_func=lambda value: titles[value],
        key=key,
        help=meaning,
        **_KEPT,
    )


def _slider(label: str, least: int, most: int, step: int, form: str, key: str, meaning: str) -> int:
    return int(st.slider(label, least, most, UNCHANGED[key], step, format=form, key=key, help=meaning, **_KEPT))
