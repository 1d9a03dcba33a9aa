"""The answer at the top: yes or no, how many of 100 pairs, and each model side by side."""

import streamlit as st

from mmdemo.charts.bars import accuracy_bars, accuracy_words
from mmdemo.charts.squares import gain_squares
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.of_hundred import answer_sentence
from mmdemo.model.heads import head_title


def answer(evaluation: Evaluation, limits: dict[str, float] | None) -> None:
    """Draw the answer in words, squares and bars, and on what it rests.

    limits: head → the best possible accuracy (0–1), where it is known.
    """
    st.markdown(f"## {answer_sentence(evaluation)}")
    left, right = st.columns(2, gap="large")
    with left:
        st.html(gain_squares(evaluation))
    with right:
        accuracies = evaluation.accuracies()
        alt = f"Accuracy of the models: {accuracy_words(accuracies)}."
        st.html(accuracy_bars(accuracies, limits, evaluation.basis, alt))
    if evaluation.adds:
        st.markdown("\n".join(f"- {sentence}" for sentence in evaluation.sentences()), help=_exactly(evaluation))
    st.caption(f"Measured on {evaluation.basis}.", help=f"Held-out pairs: {evaluation.protocol}.{_grouped(evaluation)}")
    if limits:
        _best_possible(evaluation, limits)
    if warning := evaluation.warning():
        st.warning(warning, icon=":material/content_copy:")


def _exactly(evaluation: Evaluation) -> str:
    return "  \n".join(evaluation.statistics())


def _grouped(evaluation: Evaluation) -> str:
    if evaluation.groups == evaluation.n:
        return ""
    return f" Pairs that belong together count as one in intervals and tests: {evaluation.groups:,} groups."


def _best_possible(evaluation: Evaluation, limits: dict[str, float]) -> None:
    best = ", ".join(f"{head_title(head, evaluation.modalities).lower()} {limits[head]:.1%}" for head in limits)
    st.caption(
        f"Grey ticks: the best that any model can expect on this data ({best}), because some pairs are ambiguous. "
        "Chance may carry a result past its tick."
    )
