"""What a model makes of a pair before and after its preparation."""

import hashlib

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.effect import effect_chart, single_effects_chart
from mmdemo.charts.heads import head_title
from mmdemo.datasets.base import Dataset
from mmdemo.explanation.effect import Effect, probabilities, single_effects
from mmdemo.model.config import FUSED
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import figure, frame, model_data


def chosen_head(model: Model) -> str:
    """Draw the choice of a head, if there are several, and return the one chosen."""
    heads = list(model.heads)
    if len(heads) == 1:
        return heads[0]
    return str(
        st.segmented_control(
            "Who answers?",
            heads,
            default=FUSED,
            required=True,
            format_func=lambda head: head_title(head),
            key="head",
            persist_state="session",
            help="The model has one head for the picture, one for the words, and one for both. A change of the "
            "picture shows most when the picture alone answers.",
        )
    )


def chart(model: Model, found: Effect, said: str, head: str) -> None:
    """Draw one head's probabilities before and after; said: the sentence that sums it up."""
    before = probabilities(found.before, head)
    after = None if found.after is None else probabilities(found.after, head)
    if before is None or after is None:
        st.info("Ask another head, or give this pair what is missing.", icon=":material/info:")
        return
    figure.draw(
        effect_chart(model.classes, before, after, f"{head_title(head)}: before and after"),
        alt=f"Probability of every class before and after. {said}",
        key="effect",
    )


def familiarity(bundle: Bundle, dataset: Dataset, row_id: str) -> None:
    """Draw a word of caution where the model knows the pair by heart, or was taught on other data."""
    taught = bundle.manifest["dataset"]
    if taught["name"] == dataset.name and not model_data.taught_on(bundle, dataset):
        st.caption(
            f"This model was taught on {frame.plain(dataset.name)} with other settings than those chosen on the Data "
            "page, so it may have learnt from pairs much like this one."
        )
    elif not model_data.taught_on(bundle, dataset):
        st.caption(
            f"This model was taught on {frame.plain(taught['name'])}, and {frame.plain(dataset.name)} are new to it: "
            f"it can only answer {frame.plain(', '.join(bundle.model.classes))}."
        )
    elif row_id not in held_out(bundle, dataset):
        st.caption("The model has learnt from this very pair, so it is surer than it would be of a new one.")


def held_out(bundle: Bundle, dataset: Dataset) -> tuple[str, ...]:
    """Return the ids of the dataset's pairs that the model was tested on, and so did not learn from."""
    return _tested(bundle.manifest["sha256"], bundle) if model_data.taught_on(bundle, dataset) else ()


def single_operations(bundle: Bundle, pixels: np.ndarray | None, caption: str, before: Prediction, head: str) -> None:
    """Draw what each operation alone does to the answer of one head."""
    found = _single(bundle.manifest["sha256"], _digest(pixels), caption, bundle.model, pixels)
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


def _digest(pixels: np.ndarray | None) -> str:
    return "" if pixels is None else hashlib.sha256(pixels.tobytes() + str(pixels.shape).encode()).hexdigest()


@st.cache_resource(max_entries=200, show_spinner=False)
def _single(model: str, picture: str, caption: str, _model: Model, _pixels: np.ndarray | None) -> dict[str, Prediction]:
    return single_effects(_model, _pixels, caption)


@st.cache_data(max_entries=8, show_spinner=False)
def _tested(model: str, _bundle: Bundle) -> tuple[str, ...]:
    return tuple(map(str, _bundle.test()["ids"]))
