"""What the slow looks at a model found."""

from typing import cast

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.studies import learning_chart, robustness_chart
from mmdemo.evaluation.sentences import basis, points, titles_of
from mmdemo.model.heads import best_informed
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Robustness
from mmdemo.studies.study import Study
from mmdemo.ui import figure


def learning_curve(bundle: Bundle, found: Study) -> None:
    """Draw the accuracy against the number of training pairs."""
    curve = cast(LearningCurve, found)
    head = best_informed(curve.accuracy)
    last, whole = curve.accuracy[head][-2:] if len(curve.sizes) > 1 else curve.accuracy[head][-1:] * 2
    figure.draw(
        learning_chart(curve, bundle.manifest["dataset"]["limits"]),
        alt=f"Accuracy of the models for {curve.sizes[0]} to {curve.sizes[-1]} training pairs.",
    )
    if len(curve.sizes) > 1:
        title = titles_of(curve.accuracy)[head]
        st.markdown(
            f"{title}: the step from {curve.sizes[-2]:,} to {curve.sizes[-1]:,} training pairs "
            f"changed the share answered correctly by **{points(whole - last)} points**. "
            "If the curve still rises at its end, more pairs would help."
        )
    orders = f"mean of {curve.draws} random choices of the training pairs" if curve.draws > 1 else "one random choice"
    st.caption(
        f"Measured on {basis(curve.n_test)}.",
        help=f"Accuracy on the same held-out pairs, {orders}, each smaller set within the larger one; the bands are "
        "95 % intervals.",
    )


def robustness(bundle: Bundle, found: Study) -> None:
    """Draw the accuracy against the damage done to one modality at a time."""
    robust = cast(Robustness, found)
    modalities = list(dict.fromkeys(curve.modality for curve in robust.curves))
    columns = dict(zip(modalities, st.columns(len(modalities), gap="large"), strict=True))
    for curve in robust.curves:
        titles = titles_of(curve.accuracy)
        ends = "; ".join(
            f"{titles[head]} from {shares[0]:.0%} to {shares[-1]:.0%}" for head, shares in curve.accuracy.items()
        )
        with columns[curve.modality]:
            figure.draw(robustness_chart(curve), alt=f"{curve.title}, accuracy: {ends}.")
    st.caption(
        "One modality is damaged at a time. The flat line is the model that does not see it, and so what is left when "
        "the damaged modality is left out: where the line of all together falls below it, leaving it out is better. "
        + (f"Tried on {robust.n:,} of the {basis(robust.of)}." if robust.n < robust.of else "")
    )
