"""Classify: one pair in, one answer out, with the reasons."""

import streamlit as st

from mmdemo.ui import answer, frame, pair_input, state
from mmdemo.ui.evidence import examine
from mmdemo.ui.pages.classify import asked_pair, explanation

with frame.page("Classify"):
    bundle = state.current_model()
    inputs, outputs = st.columns([2, 3], gap="large")
    with inputs:
        values = asked_pair.asked_pair(bundle)
    evidence = examine(bundle, values)
    if not evidence:
        outputs.info(f"{pair_input.invitation(bundle.model)}: the answer appears here.", icon=":material/arrow_back:")
        st.stop()
    prediction = bundle.model.answer(evidence)
    with outputs:
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)
    st.subheader("Why this answer?", anchor=False)
    explanation.explanation(bundle, evidence, explanation.digest(bundle, values, evidence), prediction)
