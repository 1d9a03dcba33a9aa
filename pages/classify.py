"""Classify: one pair in, one answer out, with the reasons."""

import streamlit as st

from mmdemo.ui import answer, frame, images, model_data, pair_input, state
from mmdemo.ui.pages.classify import explanation, linked_pair

with frame.page("Classify"):
    bundle = state.current_model()
    inputs, outputs = st.columns([2, 3], gap="large")
    with inputs:
        image = None
        with frame.guarded():  # a file that cannot be read leaves the words
            image = pair_input.image_input(linked_pair.linked_pair(bundle))
        model_data.what_it_can_answer(bundle)
        caption = pair_input.caption_input()
    evidence = images.examine(bundle, image, caption)
    if not evidence:
        outputs.info("Choose an image or type a caption: the answer appears here.", icon=":material/arrow_back:")
        st.stop()
    prediction = bundle.model.answer(evidence)
    with outputs:
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)
    st.subheader("Why this answer?", anchor=False)
    explanation.explanation(bundle, image, evidence, prediction)
