"""One pair in, one answer out, with the reasons."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.ui import answer, effect_view, frame, pair_input, state
from mmdemo.ui.evidence import examine
from mmdemo.ui.pages.classify.asked_pair import AskedPair, asked_pair
from mmdemo.ui.pages.classify.explanation import digest, explanation
from mmdemo.ui.pages.classify.neighbours import neighbours


def draw() -> None:
    """Draw the inputs, and the answer of the model as soon as something is given."""
    _asked_and_answered(st.query_params.get(state.PAIR))


@st.fragment
def _asked_and_answered(named: str | None) -> None:
    """Draw them again when something is given, and the rest of the page only where the address changes.

    named: the pair in the address for which the rest of the page was drawn.
    """
    if st.query_params.get(state.PAIR) != named:
        st.rerun()
    with frame.guarded():
        _draw(state.current_model())  # which a visitor may not see any more, since the page was drawn


def _draw(bundle: Bundle) -> None:
    inputs, outputs = st.columns([3, 5], gap="medium")
    with inputs:
        asked = asked_pair(bundle)
    answering = asked.answering
    evidence = examine(answering, asked.values)
    if not evidence:
        outputs.info(f"{pair_input.invitation(bundle.model)}: the answer appears here.", icon=":material/arrow_back:")
        return
    prediction = answering.model.answer(evidence)
    with outputs:
        answer.answer(answering.model, prediction)
        answer.confidence(answering.model, prediction)
        _the_truth(bundle, asked)
    st.header("Why this answer?", anchor=False)
    explanation(answering, evidence, digest(answering, asked.values, evidence), prediction)
    neighbours(bundle, evidence if answering is bundle else examine(bundle, asked.values), asked.unseen)


def _the_truth(bundle: Bundle, asked: AskedPair) -> None:
    """Draw the label of a pair of the data, and whether the model that answers knew it."""
    if asked.linked is not None:
        pair_input.label_of(asked.linked.pair)
        effect_view.familiarity(bundle, asked.linked.dataset, asked.linked.pair.row_id)
