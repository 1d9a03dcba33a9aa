"""Classify: one pair in, one answer out, with the reasons."""

import streamlit as st

from mmdemo.ui import answer, frame, model_data, pair_input, state
from mmdemo.ui.pages.classify import explanation, linked_pair

with frame.page("Classify"):
    bundle = state.current_model()
    inputs, outputs = st.columns([2, 3], gap="large")
    with inputs:
        picture = None
        with frame.guarded():  # a file that cannot be read leaves the words
            picture = pair_input.picture_input(linked_pair.linked_pair(bundle))
        model_data.what_it_can_answer(bundle)
        caption = pair_input.caption_input()
    pair = {"image": picture, "text": caption}
    if all(bundle.model.is_missing(name, pair[name]) for name in bundle.model.encoders):
        outputs.info("Choose a picture or type a caption: the answer appears here.", icon=":material/arrow_back:")
        st.stop()
    evidence = bundle.model.examine(pair)
    prediction = bundle.model.answer(evidence)
    with outputs:
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)
    st.subheader("Why this answer?", anchor=False)
    explanation.explanation(bundle, evidence, prediction)
