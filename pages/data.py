"""Data: choose a dataset, look at its pairs, and know what is in it."""

import streamlit as st

from mmdemo.ui import dataset_form, dataset_view, frame, gallery

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
        view = st.segmented_control(
            "Show",
            list(VIEWS),
            default="Pairs",
            required=True,
            key="view",
            bind="query-params",
            persist_state="session",
        )
        VIEWS[view](dataset)
