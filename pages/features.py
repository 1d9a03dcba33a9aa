"""Features: what a network and the words' weights turn one pair into, and the whole dataset as a map."""

import streamlit as st

from mmdemo.ui import data_choice, effect_view, frame, state
from mmdemo.ui.pages.features import caption, fused, image, whole

SECTIONS = ("Image", "Words", "Fusion", "The whole dataset")

with frame.page("Features"):
    bundle = state.current_model()
    dataset = data_choice.current_dataset()
    pair = data_choice.pair_chooser(dataset, effect_view.held_out(bundle, dataset))
    section = st.segmented_control(
        "Look at",
        SECTIONS,
        default=SECTIONS[0],
        required=True,
        key="section",
        bind="query-params",
        persist_state="session",
    )
    if section == "Image":
        image.section(bundle, pair)
    elif section == "Words":
        caption.section(bundle, dataset, pair)
    elif section == "Fusion":
        fused.section(bundle, dataset, pair)
    else:
        whole.section(bundle, dataset, pair)
