"""Classify: one pair in, one answer out, with the reasons."""

import streamlit as st

from mmdemo.explain import explain
from mmdemo.preprocess.decode import decode
from mmdemo.ui import answer, frame, pair_input, state

with frame.page("Classify"):
    bundle = state.current_model()
    inputs, outputs = st.columns([2, 3], gap="large")
    with inputs:
        picture, name = pair_input.picture_input()
        if pair_input.is_example():
            pair_input.example_gallery()
        caption = pair_input.caption_input()
        if picture is not None:
            if isinstance(picture, bytes):
                decoded = decode(picture, name)
                picture = decoded.pixels
                for note in decoded.notes:
                    st.caption(note)
            if not pair_input.is_example():
                st.image(picture, width=320, alt="The picture to classify")

    with outputs:
        if picture is None and not caption.strip():
            st.info("Choose a picture or type a caption: the answer appears here.", icon=":material/arrow_back:")
            st.stop()
        evidence = bundle.model.examine({"image": picture, "text": caption})
        prediction = bundle.model.answer(evidence)
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)

    st.subheader("Why this answer?", anchor=False)
    answer.explanation(explain(bundle.model, evidence, prediction), prediction.label)
