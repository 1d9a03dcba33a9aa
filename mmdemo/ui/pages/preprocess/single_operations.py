"""What each operation alone does to the answer to a pair."""

import numpy as np
import streamlit as st

from mmdemo.charts.effect import single_effects_bars
from mmdemo.explanation.effect import probabilities, single_effects
from mmdemo.model.model import Prediction
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.preprocess.one_pair import OnePair


def single_operations(pair: OnePair, before: Prediction, head: str) -> None:
    """Draw what each operation alone does to the answer of one head."""
    bundle = pair.answering
    changed = {view.name: view.single_operations(bundle, pair.values[view.name]) for view in views_of(pair.evidence)}
    found = single_effects(bundle.model, pair.evidence, changed)
    was = probabilities(before, head)
    if was is None:
        return
    best, classes = int(was.argmax()), bundle.model.classes
    after = {}
    for name, prediction in found.items():
        now = probabilities(prediction, head)
        if now is not None and not np.array_equal(now, was):
            after[name] = (float(now[best]), classes[int(now.argmax())])
    if not after:
        return
    st.header("Which operations matter?", anchor=False)
    st.markdown(
        "Each alone, on this very pair, whatever is set above. The grey tick is the pair as it is; where a bar is "
        "orange, the answer becomes another."
    )
    with st.container(key="single_effects"):
        st.html(single_effects_bars(classes[best], float(was[best]), after))
