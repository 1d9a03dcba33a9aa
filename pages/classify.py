"""Classify: one pair in, one answer out, with the reasons; or a whole table."""

import streamlit as st

from mmdemo.ui import answer, frame, pair_input, state
from mmdemo.ui.evidence import examine
from mmdemo.ui.pages.classify import table_page, ways
from mmdemo.ui.pages.classify.asked_pair import asked_pair
from mmdemo.ui.pages.classify.explanation import digest, explanation
from mmdemo.ui.pages.classify.neighbours import neighbours

with frame.page("Classify"):
    bundle = state.current_model()
    if ways.table_chosen():
        table_page.draw(bundle)
        st.stop()
    inputs, outputs = st.columns([2, 3], gap="large")
    with inputs:
        asked = asked_pair(bundle)
    answering = asked.answering
    evidence = examine(answering, asked.values)
    if not evidence:
        outputs.info(f"{pair_input.invitation(bundle.model)}: the answer appears here.", icon=":material/arrow_back:")
        st.stop()
    prediction = answering.model.answer(evidence)
    with outputs:
        answer.answer(answering.model, prediction)
        answer.confidence(answering.model, prediction)
    st.subheader("Why this answer?", anchor=False)
    explanation(answering, evidence, digest(answering, asked.values, evidence), prediction)
    neighbours(bundle, evidence if answering is bundle else examine(bundle, asked.values), asked.unseen)
