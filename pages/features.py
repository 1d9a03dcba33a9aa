"""Features: what a network and the words' weights turn one pair into, and the whole dataset as a map."""

import streamlit as st

from mmdemo.ui import frame

TOGETHER, WHOLE = "Together", "All pairs"

with frame.page("Features"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.ui import data_choice, effect_view, state
    from mmdemo.ui.modalities.registry import views_of
    from mmdemo.ui.pages.features import fused, whole
    from mmdemo.ui.pair_choice import pair_chooser

    bundle = state.current_model()
    dataset = data_choice.current_dataset()
    pair = pair_chooser(dataset, effect_view.held_out(bundle, dataset))
    views = {view.section: view for view in views_of(dataset.modalities)}
    section = st.segmented_control(
        "Look at",
        [*views, TOGETHER, WHOLE],
        default=next(iter(views)),
        required=True,
        key="section",
        bind="query-params",
        persist_state="session",
    )
    if section == TOGETHER:
        fused.section(bundle, dataset, pair)
    elif section == WHOLE:
        whole.section(bundle, dataset, pair)
    else:
        views[str(section)].walkthrough(bundle, dataset, pair)
