"""Preprocess: prepare one pair, step by step, and see what the model makes of it."""

import streamlit as st

from mmdemo.explanation.effect import effect, sentence, side
from mmdemo.preprocess.text import clean
from mmdemo.ui import effect_view, frame, images, state
from mmdemo.ui.pages.preprocess import one_pair, preparation, preparation_view, single_operations

with frame.page("Preprocess"):
    bundle = state.current_model()
    pair = one_pair.chosen_pair(bundle)
    if pair is not None:
        controls, outcome = st.columns([2, 5], gap="large")
        with controls:
            image_tab, words_tab = st.tabs(["Image", "Words"])
            with image_tab:
                image = preparation.image_settings()
            with words_tab:
                text = preparation.caption_settings()
            preparation.carry(image, text)
        with outcome:
            head = effect_view.chosen_head(bundle.model)
            prepared, cleaned = images.prepared(bundle.model, pair.image, image), clean(pair.caption, text)
            found = effect(bundle.model, pair.evidence, images.examine(bundle, prepared, cleaned))
            said = sentence(bundle.model, found, image, text, head)
            st.markdown(f"##### {frame.plain(said)}")
            sides, chart = st.columns(2, gap="medium")
            with sides:
                preparation_view.before_after(pair.image, prepared, pair.caption, cleaned)
            with chart:
                effect_view.chart(bundle.model, found, said, head)
        if pair.image is not None:
            st.subheader("The image, step by step", anchor=False)
            preparation_view.image_steps(images.pixels(pair.image), image, side(bundle.model))
        if pair.caption.strip():
            st.subheader("The words, step by step", anchor=False)
            preparation_view.caption_steps(pair.caption, text)
        single_operations.single_operations(bundle, pair, found.before, head)
