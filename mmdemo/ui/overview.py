"""What the Overview shows: the claim, the proof, one worked example, and where to go on."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.base import accuracy_chart
from mmdemo.explanation.explain import explain
from mmdemo.ui import answer, figure, frame, pair_input, state

EXAMPLE = "Car"
NEXT = (
    ("Data", "See the data", "What a model learns from: pictures, captions and labels."),
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
    repeats, dataset = bundle.repeats, bundle.manifest["dataset"]
    st.subheader("The proof", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure.draw(
            accuracy_chart(repeats.means() if repeats else bundle.evaluation.accuracies(), dataset["limits"]),
            alt="Accuracy of the picture alone, the words alone and both, each with its 95 % interval.",
        )
    with right:
        st.markdown(f"### {repeats.verdict() if repeats else bundle.evaluation.verdict()}")
        tried = (
            f"{repeats.pairs} pairs over {len(repeats.seeds)} random splits"
            if repeats
            else f"{bundle.evaluation.n} pairs"
        )
        st.markdown(
            f"Measured on {tried} that the model had not seen in training, of {len(bundle.model.classes)} classes. "
            f"{frame.plain(dataset['source'])}"
        )


def _example(bundle: Bundle) -> None:
    st.subheader("One worked example", anchor=False)
    pair = pair_input.examples()[EXAMPLE]
    evidence = bundle.model.examine({"image": pair.image, "text": pair.caption})
    prediction = bundle.model.answer(evidence)
    picture, charts = st.columns([1, 4], gap="large")
    with picture:
        st.image(pair.image, caption=f"“{pair.caption}”", width=220, alt=f"Drawing of a {pair.name.lower()}")
    with charts:
        answer.answer(bundle.model, prediction)
        answer.confidence(bundle.model, prediction)
    answer.explanation(explain(bundle.model, evidence, prediction), prediction.label)
