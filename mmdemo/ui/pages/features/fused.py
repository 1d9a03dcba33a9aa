"""The fused vector and the answer."""

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

_SHARE_HELP = (
    "**Variance** measures how much numbers differ from pair to pair. A block that varies more has a louder voice in "
    "the regression. The **BlockScaler** divides each modality by the square root of its variance, so that image and "
    "words start with the same say."
)
_PART_HELP = (
    "**Softmax regression** gives every class a score, its **logit**: a starting point plus a weighted sum of all "
    "features. The highest logit is the answer; the softmax turns logits into probabilities that sum to 1."
)


def section(bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
    """Draw the fused vector of the pair, what scaling does to it, and how the answer comes about."""
    effect_view.familiarity(bundle, dataset, pair.row_id, blindly=False)
    evidence = examine(bundle, pair.values)
    if not evidence:
        st.info("This pair holds nothing that the model reads. Choose another one.", icon=":material/info:")
        return
    prediction = bundle.model.answer(evidence)
    walk = walk_fused(bundle.model, evidence, prediction, bundle.train_features)
    answer.answered_by(bundle.model, prediction)
    figure.draw(strip_chart(walk), alt=f"{_lengths(walk)}, side by side in one vector.", key="strip")
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
    st.subheader("Which modality decides?", anchor=False, help=_SHARE_HELP)
    figure.draw(share_chart(walk), alt=_shares(walk), key="shares")
    st.caption("Without scaling, the block with the largest numbers drowns the others. Measured on the training pairs.")


def _answer(walk: FusedWalk) -> None:
    st.subheader("How the answer comes about", anchor=False, help=_PART_HELP)
    label = walk.classes[walk.top(1)[0]]
    figure.draw(part_chart(walk), alt=f"What each block adds to the likeliest classes; {label} wins.", key="parts")
    st.caption("The thin mark is the sum of a class's parts: its score.")


def _formula(walk: FusedWalk, pair: Pair) -> None:
    answer = f"**{frame.plain(walk.classes[walk.top(1)[0]])}**, {percent(walk.probabilities.max())}"
    with st.container(border=True):
        general, here = st.columns(2, gap="large", vertical_alignment="center")
        with general:
            st.latex(formulas.REGRESSION)
            st.caption(f"On this pair: {answer}. Its label is {frame.plain(pair.label)}.")
        with here:
            st.latex(formulas.regression(walk))


def _lengths(walk: FusedWalk) -> str:
    return ", ".join(f"{block.columns.title}: {len(block.values):,} numbers" for block in walk.blocks)


def _shares(walk: FusedWalk) -> str:
    return "Share of the variance before and after scaling. " + "; ".join(
        f"{block.columns.title}: {block.before:.0%} before, {block.after:.0%} after" for block in walk.blocks
    )
