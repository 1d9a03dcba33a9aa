"""Did fusion help? One sentence, the heads side by side, and how sure the difference is."""

import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.accuracy import accuracy_chart
from mmdemo.charts.heads import HEAD_TITLES, head_title
from mmdemo.evaluation.evaluate import Evaluation, Gain, points
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.repeats import Repeats
from mmdemo.model.batch import inert
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
_LOG_LOSS = (
    "Log loss (nats)",
    "How surprised the head is by the truth, on average: 0 is perfect. A confident wrong answer costs most.",
)


def sentence(bundle: Bundle, repeats: Repeats | None) -> None:
    """Draw the verdict: over several splits where they were tried, and on the pairs held out from this model."""
    evaluation = bundle.evaluation
    if repeats is None:
        st.markdown(f"### {evaluation.verdict()}")
        st.caption(f"Measured on the {evaluation.n:,} pairs that this model did not see in training.")
        return
    st.markdown(f"### {repeats.verdict()}")
    st.caption(
        f"Measured on {len(repeats.seeds)} random splits of the data into training and test pairs; {repeats.pairs:,} "
        "different pairs were held out."
    )
    st.markdown(
        f"What follows looks closer at one split: the **{evaluation.n:,} pairs held out from this very model**. "
        f"On these alone: {evaluation.verdict()}"
    )


def heads(evaluation: Evaluation, limits: dict[str, float] | None) -> None:
    """Draw the heads' accuracies, each against its limit where it is known."""
    alt = "; ".join(
        f"{head_title(head)} {share:.1%}, 95 % interval {low:.1%} to {high:.1%}"
        for head, (share, (low, high)) in evaluation.accuracies().items()
    )
    basis = f"One split: {evaluation.n:,} held-out pairs"
    figure.draw(accuracy_chart(evaluation.accuracies(), limits, basis), alt=f"Accuracy of the heads: {alt}.")
    if limits:
        best = ", ".join(f"{HEAD_TITLES[head].lower()} {limits[head]:.1%}" for head in evaluation.heads)
        st.caption(
            f"Grey ticks: the best that any classifier can expect on this data ({best}), because some captions are "
            "ambiguous and some images covered. Chance may carry a result past its tick."
        )


def gain(found: Gain, n: int) -> None:
    """Draw the gain with its interval, and McNemar's test."""
    over = f"the {head_title(found.over).lower()}"
    low, high = (points(bound) for bound in found.ci95)
    with st.grid(min_column_width=230, gap="small"):
        st.metric(
            "Gain",
            f"{points(found.accuracy)} points",
            border=True,
            help=f"Accuracy of both together minus that of {over}, the better single one, in percentage points.",
        )
        st.metric(
            "95 % interval of the gain",
            f"{low} to {high}",
            border=True,
            help="If the test were repeated with other pairs, an interval made this way would hold the true gain 95 "
            f"times in 100. It comes from drawing {n:,} pairs anew 10,000 times, both answers to a pair together "
            "(paired bootstrap).",
        )
        st.metric(
            "Fixed / broken by fusion",
            f"{found.fixed} / {found.broken}",
            border=True,
            help=f"Pairs that {over} gets wrong and both together right; and the other way round.",
        )
        st.metric(
            "p-value (McNemar)",
            f"{found.mcnemar_p:.2g}",
            border=True,
            help="If fusion fixed pairs only as often as it breaks them, how often chance alone would give a split at "
            "least this uneven (0–1, exact test). Below 0.05 is usually taken for more than chance.",
        )


def metrics(evaluation: Evaluation) -> None:
    """Draw a table of every metric of every head, and what they mean."""
    rows = [
        {
            "Head": head_title(head),
            **{name: 100 * getattr(found, name) for name in _SHARES},
            "log_loss": found.log_loss,
        }
        for head, found in evaluation.heads.items()
    ]
    columns = {
        name: st.column_config.NumberColumn(title, help=text, format="%.1f %%")
        for name, (title, text) in _SHARES.items()
    }
    columns["log_loss"] = st.column_config.NumberColumn(_LOG_LOSS[0], help=_LOG_LOSS[1], format="%.3f")
    columns["Head"] = st.column_config.TextColumn(pinned=True)
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=columns, alt="Every metric of every head.")


def meanings() -> None:
    """Draw a word on each metric."""
    with st.popover("What do these numbers mean?", icon=":material/help:"):
        for title, text in (*_SHARES.values(), _LOG_LOSS):
            st.markdown(f"**{title}**: {text}")


def download(tested: HeldOut) -> None:
    """Draw the button that saves every answer to a held-out pair as CSV."""
    st.download_button(
        "Test answers (CSV)",
        lambda: answers_csv(tested),
        file_name="test-answers.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="A row for every held-out pair: its id and label, and each head's answer and probabilities.",
    )


def answers_csv(tested: HeldOut) -> bytes:
    """Return the answers to the held-out pairs as CSV (UTF-8) that no spreadsheet takes for formulas."""
    table = tested.table()
    words = table.select_dtypes(exclude=["number", "bool"]).columns
    table[words] = table[words].map(inert)
    return table.to_csv(index=False).encode("utf-8")
