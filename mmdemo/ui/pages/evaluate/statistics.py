"""The statistics, one click away: each difference with its interval and test, and every metric of every model."""

import streamlit as st

from mmdemo.charts.accuracy import adds_chart
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.sentences import noun, points
from mmdemo.evaluation.statistics import measured, p_value
from mmdemo.model.heads import head_title
from mmdemo.storage.spreadsheet import csv_bytes
from mmdemo.ui import figure, table

_SHARES = {
    "accuracy": ("Accuracy", "Share of the pairs answered right."),
    "balanced_accuracy": (
        "Balanced accuracy",
        "Mean over the classes of the share answered right, so that a large class does not outweigh a small one.",
    ),
    "precision_macro": (
        "Precision",
        "Of the pairs answered with a class, the share that is of it; mean over the classes (macro).",
    ),
    "recall_macro": ("Recall", "Of a class's pairs, the share that is found; mean over the classes (macro)."),
    "f1_macro": ("Macro F1", "Precision and recall in one number (their harmonic mean), mean over the classes."),
}
_ADDED = {
    "Adding": "What is added to which model: all of them together, minus the model without it.",
    "Points": "Difference of the accuracies in percentage points, on the same pairs.",
    "95 % interval": "If the data were collected anew, an interval made this way would hold the true difference 95 "
    "times in 100. It comes from weighting the pairs anew at random, those that belong together as one (Bayesian "
    "bootstrap).",
    "McNemar’s test": "If it fixed only as many groups of pairs as it breaks, how often chance alone would give a "
    "result at least this uneven (0–1, exact test). Below 0.05 is usually taken for more than chance.",
    "Fixed / broken": "Pairs that are right only with it, and pairs that are right only without it.",
}
_LOG_LOSS = (
    "Log loss (nats)",
    "How surprised the model is by the truth, on average: 0 is perfect. A confident wrong answer costs most.",
)


def statistics(evaluation: Evaluation, tested: HeldOut) -> None:
    """Draw, in an expander, what stands behind the answer: tables, notes, what the numbers mean, and the answers."""
    with st.expander("The statistics", icon=":material/query_stats:", key="statistics", on_change="rerun") as opened:
        if not opened.open:
            return
        st.markdown(f"Measured on {evaluation.protocol}.")
        if evaluation.adds:
            _adds(evaluation)
        _metrics(evaluation)
        for note in evaluation.notes():
            st.markdown(note)
        with st.expander("What do these numbers mean?", icon=":material/help:"):  # too long for a popover on a phone
            for title, text in (*_ADDED.items(), *_SHARES.values(), _LOG_LOSS):
                st.markdown(f"**{title}**: {text}")
        _download(tested)


def _adds(evaluation: Evaluation) -> None:
    alt = "; ".join(f"{noun(one.modality)} {measured(one)}" for one in evaluation.adds.values())
    figure.draw(adds_chart(evaluation.adds, evaluation.basis), alt=f"What each modality adds: {alt}.")
    rows = [_added_row(one, evaluation.modalities) for one in evaluation.adds.values()]
    table.draw(list(_ADDED), rows, "What each modality adds")


def _added_row(one: Added, modalities: tuple[str, ...]) -> tuple[str, ...]:
    low, high = (points(bound) for bound in one.ci95)
    return (
        f"{noun(one.modality).capitalize()}, added to {head_title(one.over, modalities).lower()}",
        points(one.accuracy),
        f"{low} to {high}",
        p_value(one),
        f"{one.fixed} / {one.broken}",
    )


def _metrics(evaluation: Evaluation) -> None:
    rows = [
        [
            head_title(head, evaluation.modalities),
            *(f"{getattr(found, name):.1%}" for name in _SHARES),
            f"{found.log_loss:.3f}",
        ]
        for head, found in evaluation.heads.items()
    ]
    table.draw(["Model", *(title for title, _ in _SHARES.values()), _LOG_LOSS[0]], rows, "The models in numbers")


def _download(tested: HeldOut) -> None:
    st.download_button(
        "Answers to held-out pairs (CSV)",
        lambda: answers_csv(tested),
        file_name="held-out-answers.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="A row for every held-out pair: its id, label, fold and group, and each model's answer and probabilities.",
    )


def answers_csv(tested: HeldOut) -> bytes:
    """Return the answers to the held-out pairs as CSV that no spreadsheet takes for formulas."""
    return csv_bytes(tested.table())
