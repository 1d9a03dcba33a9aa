"""Small square copies of image files, each made once until its file changes."""

from typing import Literal

import streamlit as st

from mmdemo.errors import ImageError
from mmdemo.preprocess.thumbnail import thumbnail
from mmdemo.ui import frame
from mmdemo.ui.modalities import chosen_image


def draw(path: str, alt: str, width: int | Literal["stretch"] = "stretch") -> None:
    """Draw a small square copy of an image file, or the sentence on why it cannot be read."""
    try:
        st.image(_thumbnail(path, chosen_image.changed(path)), width=width, alt=alt)
    except ImageError as error:
        st.caption(frame.plain(str(error)))


@st.cache_resource(max_entries=2000, show_spinner=False)  # 5 KB each
def _thumbnail(path: str, changed: str) -> bytes:
    return thumbnail(path)
