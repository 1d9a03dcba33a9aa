"""Preprocess: prepare one pair, step by step, and see what the model makes of it."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Preprocess"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.explanation.effect import effect, sentence
    from mmdemo.ui import effect_view, state
    from mmdemo.ui.evidence import examine
    from mmdemo.ui.modalities.registry import views_of
    from mmdemo.ui.pages.preprocess import one_pair, preparation
    from mmdemo.ui.pages.preprocess.before_after import before_after
    from mmdemo.ui.pages.preprocess.single_operations import single_operations

    bundle = state.current_model()
    pair = one_pair.chosen_pair(bundle)
    if pair is not None:
        model = pair.answering.model
        with st.container(key="preparing"):  # which places the three by its width
            preview = st.container(key="preparing_preview")
            controls, answers = st.container(key="preparing_controls"), st.container(key="preparing_answers")
        with controls:
            settings = preparation.chosen_settings(pair.values)
            preparation.carry(settings)
        with answers:
            head = effect_view.chosen_head(model)
            prepared = preparation.prepared(model, pair.values, settings)
            found = effect(model, pair.evidence, examine(pair.answering, prepared))
            effect_view.opinion(model, found, head)
        with preview:
            st.markdown(f"**{frame.plain(sentence(model, found, settings, head))}**")
            before_after(pair.values, prepared)
        for view in views_of(settings):
            view.steps(model, pair.values[view.name], settings[view.name])
        single_operations(pair, found.before, head)
