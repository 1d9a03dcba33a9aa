"""What does each modality add? A sentence each, the heads side by side, and how sure the difference is."""

import pandas as pd
import streamlit as st

from mmdemo.charts.accuracy import accuracy_chart, accuracy_words, adds_chart
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.sentences import noun, points
from mmdemo.evaluation.statistics import measured, p_value
from mmdemo.model.heads import head_title
from mmdemo.storage.spreadsheet import csv_bytes
from mmdemo.ui import figure

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


def sentences(evaluation: Evaluation) -> None:
    """Draw what each modality adds, on what that rests, and what else has to be known of it."""
    for sentence in evaluation.sentences():
        st.markdown(f"### {sentence}")
    st.caption(
        f"Measured on {evaluation.basis}.", help=f"Held-out pairs: {evaluation.protocol}.{_grouped(evaluation)}"
    )
    for note in evaluation.notes():
        st.caption(note)
    if warning := evaluation.warning():
        st.warning(warning, icon=":material/content_copy:")


def _grouped(evaluation: Evaluation) -> str:
    if evaluation.groups == evaluation.n:
        return ""
    return f" Pairs that belong together count as one in intervals and tests: {evaluation.groups:,} groups."


def heads(evaluation: Evaluation, limits: dict[str, float] | None) -> None:
    """Draw the heads' accuracies, each against its limit where it is known."""
    used = evaluation.modalities
    chart = accuracy_chart(evaluation.accuracies(), limits, evaluation.basis)
    figure.draw(chart, alt=f"Accuracy of the models: {accuracy_words(evaluation.accuracies())}.")
    if limits:
        best = ", ".join(f"{head_title(head, used).lower()} {limits[head]:.1%}" for head in evaluation.heads)
        st.caption(
            f"Grey ticks: the best that any classifier can expect on this data ({best}), because some pairs are "
            "ambiguous. Chance may carry a result past its tick."
        )


def adds(evaluation: Evaluation) -> None:
    """Draw what each modality adds, with its interval and test, as a chart and in numbers."""
    if not evaluation.adds:
        return
    alt = "; ".join(f"{noun(one.modality)} {measured(one)}" for one in evaluation.adds.values())
    figure.draw(adds_chart(evaluation.adds, evaluation.basis), alt=f"What each modality adds: {alt}.")
    rows = [_added_row(one, evaluation.modalities) for one in evaluation.adds.values()]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt="What each modality adds, with its 95 % interval and McNemar’s test.",
        column_config={title: st.column_config.TextColumn(title, help=text) for title, text in _ADDED.items()},
    )


def _added_row(one: Added, modalities: tuple[str, ...]) -> dict[str, str]:
    low, high = (points(bound) for bound in one.ci95)
    cells = (
        f"{noun(one.modality).capitalize()}, added to {head_title(one.over, modalities).lower()}",
        points(one.accuracy),
        f"{low} to {high}",
        p_value(one),
        f"{one.fixed} / {one.broken}",
    )
    return dict(zip(_ADDED, cells, strict=True))


def metrics(evaluation: Evaluation) -> None:
    """Draw a table of every metric of every head, and what they mean."""
    rows = [
        {
            "Model": head_title(head, evaluation.modalities),
            **{name: figure.percent(getattr(found, name)) for name in _SHARES},
            "log_loss": found.log_loss,
        }
        for head, found in evaluation.heads.items()
    ]
    columns = {
        name: st.column_config.NumberColumn(title, help=text, format="%.1f %%")
        for name, (title, text) in _SHARES.items()
    }
    columns["log_loss"] = st.column_config.NumberColumn(_LOG_LOSS[0], help=_LOG_LOSS[1], format="%.3f")
    columns["Model"] = st.column_config.TextColumn(pinned=True)
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=columns, alt="Every metric of every model.")


def meanings() -> None:
    """Draw a word on each metric."""
    with st.popover("What do these numbers mean?", icon=":material/help:"):
        for title, text in (*_SHARES.values(), _LOG_LOSS):
            st.markdown(f"**{title}**: {text}")


def download(tested: HeldOut) -> None:
    """Draw the button that saves every answer to a held-out pair as CSV."""
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
