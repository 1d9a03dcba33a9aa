"""Data: choose a dataset, look at its pairs, and know what is in it."""

import streamlit as st

from mmdemo.ui import frame, kept
from mmdemo.ui.pages.data import dataset_form, dataset_view, gallery

VIEWS = {
    "Pairs": gallery.gallery,
    "Numbers": dataset_view.numbers,
    "Words": dataset_view.words,
    "Quality": dataset_view.quality,
}

with frame.page("Data"):
    dataset = dataset_form.chosen_dataset(on_change=gallery.forget)
    if dataset is not None:
        dataset_view.summary(dataset)
        kept.restore("view", "Pairs", lambda written: written if written in VIEWS else None)
        view = st.segmented_control(
            "Show", list(VIEWS), required=True, key="view", on_change=kept.keep, args=({"view": "Pairs"},)
        )
        VIEWS[str(view)](dataset)
