"""What the Overview shows: the claim, the proof, one worked example, and where to go on."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.accuracy import accuracy_chart
from mmdemo.explanation.explain import explain
from mmdemo.ui import answer, data_choice, figure, frame, model_data, state
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities import examples
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pair import Pair

EXAMPLE = "Car"
NEXT = (
    ("Data", "See the data", "What a model is trained on: images, captions and labels."),
    ("Train", "Train a model", "Live, in a minute or less, with your choice of encoders."),
    ("Classify", "Try your own", "Any photograph, any sentence, and why the answer is what it is."),
)


def overview() -> None:
    """Draw the page's content."""
    bundle = state.current_model()
    _proof(bundle)
    _example(bundle)
    st.subheader("Go on", anchor=False)
    for column, (title, label, text) in zip(st.columns(len(NEXT), border=True), NEXT, strict=True):
        with column:
            frame.link(title, f"**{label}**")
            st.caption(text)


def _proof(bundle: Bundle) -> None:
    dataset, found = bundle.manifest["dataset"], bundle.evaluation
    st.subheader("The proof", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure.draw(
            accuracy_chart(found.accuracies(), dataset["limits"], found.basis),
            alt="Accuracy of the image alone, the caption alone and both, each with its 95 % interval.",
        )
    with right:
        for sentence in found.sentences():
            st.markdown(f"#### {sentence}")
        st.markdown(
            f"Measured on {found.basis}, of {len(bundle.model.classes)} classes. "
            f"{frame.plain(dataset['source'])}"
        )


def _pair(bundle: Bundle) -> tuple[Pair, str]:
    """Return a pair that shows what fusion does, and what to say of it: our own drawing, or one of the model's data."""
    drawn = examples.pair_of(EXAMPLE)
    if model_data.knows_everyday_things(bundle):
        return drawn, "The animal or the car? Compare what each head makes of it."
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        return drawn, frame.plain(missing)
    tested, gain = model_data.held_out(bundle), bundle.evaluation.gain
    fixed = tested.ids[tested.fixed(gain.over)] if gain else tested.ids
    row_id = str(fixed[0] if len(fixed) else tested.ids[0])
    if row_id not in origin.dataset.frame.index:
        return drawn, "The pairs that this model was tried on are not here."
    pair = data_choice.pair_of(origin.dataset, row_id)
    return pair, f"One of the pairs held out from training: it is **{frame.plain(pair.label)}**."


def _example(bundle: Bundle) -> None:
    st.subheader("One worked example", anchor=False)
    pair, told = _pair(bundle)
    evidence = examine(bundle, pair.values)
    prediction = bundle.model.answer(evidence)
    image, charts = st.columns([1, 3], gap="medium")
    with image:
        for view in views_of(pair.values):
            view.show(pair.values[view.name], "of the example")
        st.caption(told)
    with charts:
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)
    answer.explanation(explain(bundle.model, evidence, prediction), prediction.label)
