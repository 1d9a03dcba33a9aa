"""Data: choose a dataset, look at its pairs, and know what is in it."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Data"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.ui import kept, next_step
    from mmdemo.ui.pages.data import dataset_form, dataset_view, gallery

    dataset = dataset_form.chosen_dataset(on_change=gallery.forget)
    if dataset is None:
        next_step.end()
    else:
        dataset_view.summary(dataset)
        views = {
            "Pairs": gallery.gallery,
            "Numbers": dataset_view.numbers,
            **dataset_view.sections(dataset),
            "Quality": dataset_view.quality,
        }
        kept.restore("view", "Pairs", lambda written: written if written in views else None)
        view = st.segmented_control(
            "Show", list(views), required=True, key="view", on_change=kept.keep, args=({"view": "Pairs"},)
        )
        views[str(view)](dataset)
