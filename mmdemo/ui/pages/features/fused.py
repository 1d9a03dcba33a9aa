"""What is read of a pair, put together, and the answer."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.fusion import part_chart, share_chart, strip_chart
from mmdemo.datasets.base import Dataset
from mmdemo.model.certainty import percent
from mmdemo.ui import answer, effect_view, figure, frame
from mmdemo.ui.evidence import examine
from mmdemo.ui.pair import Pair
from mmdemo.walkthrough import formulas
from mmdemo.walkthrough.fused import FusedWalk, walk_fused

_STRIP_HELP = (
    "A **feature** is one number that a model reads off a pair: how much of a pattern there is in an image, or how "
    "often a word stands in a caption. All of them in one row are the **fused vector**; the fuller the colour, the "
    "farther the number is from 0."
)
_SHARE_HELP = (
    "**Variance** measures how much numbers differ from pair to pair. Numbers that vary more would count for more in "
    "the answer. So each modality is divided by the square root of its variance (the **BlockScaler**), and all of them "
    "start equal."
)
_PART_HELP = (
    "Every class has a score (**logit**): a starting point plus a weighted sum of all features. The highest score is "
    "the answer; the **softmax** turns the scores into probabilities that sum to 1. Together that is **softmax "
    "regression**."
)


def section(bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
    """Draw all features of the pair, what scaling does to them, and how the answer comes about."""
    effect_view.familiarity(bundle, dataset, pair.row_id, blindly=False)
    evidence = examine(bundle, pair.values)
    if not evidence:
        st.info("This pair holds nothing that the model reads. Choose another one.", icon=":material/info:")
        return
    prediction = bundle.model.answer(evidence)
    walk = walk_fused(bundle.model, evidence, prediction, bundle.train_features)
    answer.answered_by(bundle.model, prediction)
    st.header("The pair as numbers, side by side", anchor=False, help=_STRIP_HELP)
    figure.draw(strip_chart(walk), alt=f"{_lengths(walk)}, side by side.", key="strip")
    if len(walk.blocks) == 1:
        _answer(walk)
    else:
        left, right = st.columns(2, gap="large")
        with left:
            _say(walk)
        with right:
            _answer(walk)
    _formula(walk, pair)


def _say(walk: FusedWalk) -> None:
    st.header("Is each given the same weight?", anchor=False, help=_SHARE_HELP)
    figure.draw(share_chart(walk), alt=_shares(walk), key="shares")
    st.caption("Without scaling, the largest numbers drown out the others. Measured on the pairs it was trained on.")


def _answer(walk: FusedWalk) -> None:
    st.header("How the numbers add up to the answer", anchor=False, help=_PART_HELP)
    label = walk.classes[walk.top(1)[0]]
    figure.draw(part_chart(walk), alt=f"What each colour adds to the likeliest classes; {label} wins.", key="parts")
    st.caption("Right of 0 counts for a class, left against it. The thin mark is the sum: the class's score.")


def _formula(walk: FusedWalk, pair: Pair) -> None:
    answer = f"**{frame.plain(walk.classes[walk.top(1)[0]])}**, {percent(walk.probabilities.max())}"
    with st.container(border=True):
        general, here = st.columns(2, gap="large", vertical_alignment="center")
        with general:
            st.latex(formulas.REGRESSION)
            st.caption(f"Here k is the answer, {answer}. The pair's label is {frame.plain(pair.label)}.")
        with here:
            st.latex(formulas.regression(walk))


def _lengths(walk: FusedWalk) -> str:
    return ", ".join(f"{block.columns.title}: {len(block.values):,} numbers" for block in walk.blocks)


def _shares(walk: FusedWalk) -> str:
    return "Share of the spread before and after scaling. " + "; ".join(
        f"{block.columns.title}: {block.before:.0%} before, {block.after:.0%} after" for block in walk.blocks
    )
