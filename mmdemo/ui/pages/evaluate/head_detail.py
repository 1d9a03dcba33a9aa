"""One model class by class, and whether its probabilities can be trusted."""

import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.calibration import calibration_chart, coverage_chart
from mmdemo.evaluation.calibration import Coverage, expected_calibration_error
from mmdemo.evaluation.confusion import Rate
from mmdemo.model.certainty import SURE, certainty
from mmdemo.ui import figure
from mmdemo.ui.pages.evaluate.head_facts import HeadFacts, facts_of


def expanders(bundle: Bundle, head: str) -> None:
    """Draw, each in an expander, how well each class is recognised and how far the probabilities can be trusted."""
    with st.expander("Class by class", icon=":material/list:", key="by_class", on_change="rerun") as opened:
        if opened.open:
            _classes(facts_of(bundle, head))
    title = "Can its percentages be trusted?"
    with st.expander(title, icon=":material/verified:", key="probabilities", on_change="rerun") as opened:
        if opened.open:
            facts = facts_of(bundle, head)
            _calibration(facts, head)
            _coverage(facts, head)


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
    called = f"An answer is called sure when its own probability is at least {SURE:.0%}: {certainty(SURE)}."
    st.caption(called + kept(found))


def kept(found: Coverage) -> str:
    """Return a sentence on whether the sure answers to these pairs are as often right as that says, "" if unclear.

    >>> kept(Coverage(0.9, 0.05, 16, 0.38, (0.17, 0.62)))
    ' On these pairs fewer of the sure answers are right: trust them less.'
    """
    if found.answered and found.ci95[1] < SURE:
        return " On these pairs fewer of the sure answers are right: trust them less."
    if found.answered and found.precision >= SURE:
        return " More of the sure answers are right, because most of them are surer than that."
    return ""
