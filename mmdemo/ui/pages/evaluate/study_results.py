"""What the slow looks at a model found."""

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.accuracy import accuracy_chart
from mmdemo.charts.heads import head_title
from mmdemo.charts.studies import learning_chart, robustness_chart
from mmdemo.evaluation.evaluate import points
from mmdemo.evaluation.repeats import Repeats
from mmdemo.model.heads import best_informed
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Robustness
from mmdemo.studies.study import Study
from mmdemo.ui import figure


def repeats(bundle: Bundle, found: Study) -> None:
    """Draw how the heads did on several splits."""
    several = cast(Repeats, found)
    st.markdown(f"**{several.verdict()}**")
    left, right = st.columns(2, gap="large")
    with left:
        figure.draw(
            accuracy_chart(
                several.means(),
                bundle.manifest["dataset"]["limits"],
                f"Mean of {len(several.seeds)} splits: {several.pairs:,} different held-out pairs",
            ),
            alt=f"Mean accuracy of the heads over {len(several.seeds)} splits, with 95 % intervals.",
        )
    with right:
        shares = {head_title(head): 100 * np.array(values) for head, values in several.accuracy.items()}
        st.dataframe(
            pd.DataFrame({"Split (seed)": [str(seed) for seed in several.seeds], **shares}),
            hide_index=True,
            column_config={title: st.column_config.NumberColumn(format="%.1f %%") for title in shares},
            alt="Accuracy of each head on each split.",
        )


def learning_curve(bundle: Bundle, found: Study) -> None:
    """Draw the accuracy against the number of training pairs."""
    curve = cast(LearningCurve, found)
    head = best_informed(curve.accuracy)
    last, whole = curve.accuracy[head][-2:] if len(curve.sizes) > 1 else curve.accuracy[head][-1:] * 2
    figure.draw(
        learning_chart(curve, bundle.manifest["dataset"]["limits"]),
        alt=f"Accuracy of the heads for {curve.sizes[0]} to {curve.sizes[-1]} training pairs.",
    )
    if len(curve.sizes) > 1:
        st.markdown(
            f"{head_title(head)}: the step from {curve.sizes[-2]:,} to {curve.sizes[-1]:,} training pairs "
            f"brought **{points(whole - last)} points**. If the curve still rises at its end, more pairs would help."
        )
    orders = f"mean of {curve.draws} random choices of the training pairs" if curve.draws > 1 else "one random choice"
    st.caption(
        f"Accuracy on the same {curve.n_test:,} held-out pairs, {orders}, each smaller set within the larger one; the "
        "bands are 95 % intervals."
    )


def robustness(bundle: Bundle, found: Study) -> None:
    """Draw the accuracy against the damage done to one modality at a time."""
    robust = cast(Robustness, found)
    modalities = list(dict.fromkeys(curve.modality for curve in robust.curves))
    columns = dict(zip(modalities, st.columns(len(modalities), gap="large"), strict=True))
    for curve in robust.curves:
        ends = "; ".join(
            f"{head_title(head)} from {shares[0]:.0%} to {shares[-1]:.0%}" for head, shares in curve.accuracy.items()
        )
        with columns[curve.modality]:
            figure.draw(robustness_chart(curve), alt=f"{curve.title}, accuracy: {ends}.")
    st.caption(
        "One modality is damaged at a time. The flat line is the head that does not see it, and so what is left when "
        "the damaged modality is left out: where the fused line falls below it, leaving it out is better. "
        + (f"Tried on {robust.n:,} of the {robust.of:,} held-out pairs." if robust.n < robust.of else "")
    )
