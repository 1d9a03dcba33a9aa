"""One model in detail: its confusion matrix, its metrics by class, and its calibration."""

import numpy as np
import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.calibration import calibration_chart, coverage_chart
from mmdemo.charts.confusion import confusion_chart
from mmdemo.evaluation.calibration import expected_calibration_error
from mmdemo.evaluation.confusion import Rate, confusion_matrix, likeliest_mistake
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.certainty import SURE, certainty
from mmdemo.model.heads import head_title
from mmdemo.ui import figure, frame, model_data, state
from mmdemo.ui.pages.evaluate import opinions
from mmdemo.ui.pages.evaluate.head_facts import HeadFacts, facts_of
from mmdemo.ui.pages.evaluate.opinions import Album


@st.fragment
def head_in_detail(bundle: Bundle, tested: HeldOut) -> None:
    """Draw the choice of a head, its confusion matrix with the pairs of a cell, its classes and its probabilities."""
    with frame.guarded():
        st.subheader("One model in detail", anchor=False)
        head = st.segmented_control(
            "Model",
            tested.heads,
            default=tested.heads[-1],
            required=True,
            format_func=lambda name: head_title(name, tested.modalities),
            key=state.EVALUATED_HEAD,
            persist_state="session",
            help="There is one for each modality alone, and one for each set of them together.",
        )
        if head is None:
            return
        st.markdown("#### Confusion matrix")
        rows = _confusion(tested, head)
        pairs = st.container()
        st.markdown("#### Class by class")
        facts = facts_of(bundle, head)
        _classes(facts)
        st.markdown("#### Can its probabilities be trusted?")
        left, right = st.columns(2, gap="large")
        with left:
            _calibration(facts, head)
        with right:
            _coverage(facts, head)
        with pairs:  # last, because their images may have to be loaded first
            opinions.cards(Album(tested, model_data.origin_of(bundle)[0]), rows, "cell")


def _confusion(tested: HeldOut, head: str) -> np.ndarray:
    """Draw the matrix and the choice of a cell; return the rows (m,) in the cell."""
    matrix = confusion_matrix(tested.labels, tested.guesses(head), tested.classes)
    remembered = st.session_state.get(state.CONFUSION_LABEL), st.session_state.get(state.CONFUSION_ANSWER)
    if not all(name in tested.classes for name in remembered):
        _choose_cell(*(likeliest_mistake(matrix, tested.classes) or (tested.classes[0], tested.classes[0])))
    left, right = st.columns([3, 2], gap="large")
    with right:
        label = st.selectbox("True label", tested.classes, key=state.CONFUSION_LABEL, persist_state="session")
        answer = st.selectbox("Answer", tested.classes, key=state.CONFUSION_ANSWER, persist_state="session")
    rows = tested.cell(head, label, answer)
    with left:
        figure.choose(
            confusion_chart(matrix, tested.classes, (label, answer)),
            alt=f"Confusion matrix: {int(matrix.trace())} of {len(tested.labels)} pairs on the diagonal are right. "
            "Choose a cell with the lists beside it.",
            key=state.CONFUSION_CELL,
            on_select=_take_cell,
        )
    with right:
        st.markdown(_cell_sentence(len(rows), int((tested.labels == label).sum()), label, answer))
        st.caption(
            "Each row holds the pairs of one true label; blue cells are right, orange ones mistakes, darker where a "
            "larger share of the row lies. Click a cell, or choose it with the lists, to see its pairs."
        )
    return rows


def _take_cell() -> None:
    picked = st.session_state[state.CONFUSION_CELL]["selection"].get("picked")
    if picked:  # empty when the chart is drawn anew
        _choose_cell(picked[0]["label"], picked[0]["answer"])


def _choose_cell(label: str, answer: str) -> None:
    st.session_state.update({state.CONFUSION_LABEL: label, state.CONFUSION_ANSWER: answer})


def _cell_sentence(found: int, support: int, label: str, answer: str) -> str:
    true, given = frame.plain(label), frame.plain(answer)
    are = "is" if found == 1 else "are"
    if label == answer:
        return f"**{found} of the {support}** pairs of **{true}** {are} recognised:"
    return f"**{found} of the {support}** pairs of **{true}** {are} taken for **{given}**:"


def _classes(facts: HeadFacts) -> None:
    rows = [
        {
            "Class": report.label,
            "Pairs": report.support,
            "Precision": _percent(report.precision),
            "Recall": _percent(report.recall),
            "F1": _percent(report.f1),
        }
        for report in facts.classes
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt="Precision, recall and F1 of every class with their 95 % intervals.",
        column_config={
            "Class": st.column_config.TextColumn(pinned=True),
            "Pairs": st.column_config.NumberColumn(help="Held-out pairs of this class (support)."),
            "Precision": st.column_config.TextColumn(help="Of the pairs answered so, the share that is of this class."),
            "Recall": st.column_config.TextColumn(help="Of the pairs of this class, the share that is answered so."),
            "F1": st.column_config.TextColumn(help="One number of the two: their harmonic mean."),
        },
    )
    st.caption("With 95 % intervals: with few pairs of a class they are wide, and say how little is known.")


def _percent(rate: Rate) -> str:
    if not rate.n:
        return "–"
    return f"{rate.value:.0%} ({rate.ci95[0]:.0%} to {rate.ci95[1]:.0%})"


def _calibration(facts: HeadFacts, head: str) -> None:
    error = expected_calibration_error(facts.bins)
    figure.draw(
        calibration_chart(facts.bins, head),
        alt=f"Accuracy against the probability given, in {len(facts.bins)} groups of answers; on average they are "
        f"{100 * error:.1f} points apart.",
    )
    st.metric(
        "Expected calibration error",
        f"{100 * error:.1f} points",
        help="Answers are put into ten groups of equal size by their probability; this is how far the probability and "
        "the share answered right are apart in a group, on average. With few pairs, chance alone keeps it above 0.",
        border=True,
    )
    st.caption(
        "Calibrated probabilities lie on the dashed line: of the answers given with 80%, 80% are right. They were set "
        "by one number (a temperature) on training pairs that the fit had not seen, never on these pairs."
    )


def _coverage(facts: HeadFacts, head: str) -> None:
    found = facts.sure
    figure.draw(
        coverage_chart(facts.curve, SURE, head),
        alt=f"Share of the pairs answered and share of these right against the threshold; at {SURE:.0%}, "
        f"{found.coverage:.0%} are answered.",
    )
    one, other = st.columns(2)
    one.metric(
        f"Sure, from {SURE:.0%}",
        f"{found.coverage:.0%}",
        help="Coverage: the share of the pairs whose answer has at least this probability.",
        border=True,
    )
    other.metric(
        "Of these right",
        f"{found.precision:.0%}" if found.answered else "–",
        help=f"95 % interval {found.ci95[0]:.0%} to {found.ci95[1]:.0%}, on {found.answered} pairs.",
        border=True,
    )
    st.caption(
        f"An answer is called sure when its own probability is at least {SURE:.0%}: {certainty(SURE)}. More of the "
        "sure answers are right, because most of them are surer than that."
    )
