"""The images of a dataset: their sizes."""

import pandas as pd
import streamlit as st

from mmdemo.charts.data import size_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.image_findings import image_heads
from mmdemo.ui import figure
from mmdemo.ui.dataset_key import key_of


def draw_sizes(dataset: Dataset) -> None:
    """Draw width against height, or the size that all images share."""
    sizes = pd.DataFrame(_sizes(key_of(dataset), dataset).values(), columns=["width", "height"])
    if sizes.empty:
        return
    least, most = sizes.min(), sizes.max()
    if (least == most).all():
        st.markdown(f"All images have the same size: **{least['width']} × {least['height']} pixels**.")
        return
    spoken = (
        f"Width against height of the images: {least['width']} to {most['width']} pixels wide, "
        f"{least['height']} to {most['height']} high."
    )
    figure.draw(size_chart(sizes), alt=spoken, key="image_sizes")


@st.cache_data(max_entries=8, show_spinner="Looking through the images…")
def _sizes(key: tuple[object, ...], _dataset: Dataset) -> dict[str, tuple[int, int]]:
    return dict(image_heads(_dataset.frame).sizes)
