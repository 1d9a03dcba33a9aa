"""Overview: the claim, the proof and one worked example."""

import streamlit as st

from mmdemo.charts import accuracy_chart
from mmdemo.explain import explain
from mmdemo.ui import answer, figure, frame, pair_input, state

EXAMPLE = "Car"

with frame.page("Overview"):
    bundle = state.current_model()
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

    st.subheader("Go on", anchor=False)
    frame.link("Classify", "Classify your own picture and words")
