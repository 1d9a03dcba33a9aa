"""What each operation alone does to the answer to a pair."""

from typing import Any

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.effect import single_effects_chart
from mmdemo.explanation.effect import probabilities, single_effects, single_images
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import figure, images
from mmdemo.ui.pages.preprocess.one_pair import OnePair


def single_operations(bundle: Bundle, pair: OnePair, before: Prediction, head: str) -> None:
    """Draw what each operation alone does to the answer of one head."""
    model, image = bundle.model, pair.image
    changed = {} if image is None else _single_images(bundle.manifest["sha256"], image.key, model, image)
    found = single_effects(model, pair.evidence, pair.caption, changed)
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
    st.subheader("Which operations matter?", anchor=False)
    st.markdown(
        "Each alone, on this very pair, whatever is set above. The dashed line is the pair as it is; where a bar is "
        "orange, the answer becomes another."
    )
    strongest = min(after, key=lambda name: after[name][0])
    figure.draw(
        single_effects_chart(classes[best], float(was[best]), after),
        alt=f"Probability of {classes[best]} after each operation alone; lowest, {after[strongest][0]:.0%}, after: "
        f"{strongest}.",
        key="single_effects",
    )


@st.cache_resource(max_entries=3, ttl=3600, show_spinner=False)  # 4 MB each; 30 MB of the article's network
def _single_images(model: str, image: str, _model: Model, _image: images.ChosenImage) -> dict[str, Any]:
    return single_images(_model, images.pixels(_image))
