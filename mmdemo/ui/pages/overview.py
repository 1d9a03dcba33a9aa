"""What the Overview shows: the claim, the proof, one worked example, and where to go on."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.accuracy import accuracy_chart, accuracy_words
from mmdemo.evaluation.sentences import listed, noun
from mmdemo.explanation.explain import explain
from mmdemo.ui import answer, data_choice, figure, frame, model_data, state
from mmdemo.ui.blind import blind
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities import examples
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pair import Pair

EXAMPLE = "Car"
_OWN = {state.DATASET: state.NEW_DATA}


def overview() -> None:
    """Draw the page's content."""
    bundle = state.current_model()
    _doors()
    _proof(bundle)
    _example(bundle)
    _onward(bundle)


def _doors() -> None:
    """Draw the two ways on that a visitor should see without scrolling."""
    with st.container(horizontal=True):
        frame.link("Data", "**Use your own data**", icon=":material/upload_file:", **_OWN)
        frame.link("Classify", "**Try your own pair**")


def _proof(bundle: Bundle) -> None:
    dataset, found = bundle.manifest["dataset"], bundle.evaluation
    st.subheader("The proof", anchor=False)
    for sentence in found.sentences():
        st.markdown(f"#### {sentence}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        accuracies = found.accuracies()
        figure.draw(
            accuracy_chart(accuracies, dataset["limits"], found.basis),
            alt=f"Accuracy of the models: {accuracy_words(accuracies)}.",
        )
    with right:
        st.markdown(
            f"Measured on {found.basis}, of {len(bundle.model.classes)} classes. {frame.plain(dataset['source'])}"
        )
        if found.unrepeated and found.unrepeated.loud:
            what = listed([noun(name) for name in found.modalities], "or")
            st.markdown(
                f":material/content_copy: These results may be too good: of {found.unrepeated.repeated:,} pairs, the "
                f"{what} also stands in training. Evaluate shows the results without them."
            )


def _example(bundle: Bundle) -> None:
    st.subheader("One worked example", anchor=False)
    pair, told, answering = _pair(bundle)
    evidence = examine(answering, pair.values)
    prediction = answering.model.answer(evidence)
    shown, charts = st.columns([1, 3], gap="medium")
    with shown:
        for view in views_of(bundle.model.encoders):
            view.show(pair.values.get(view.name), "of the example")
        st.caption(told)
    with charts:
        answer.answer(answering.model, prediction)
        answer.confidence(answering.model, prediction)
    answer.explanation(explain(answering.model, evidence, prediction), prediction.label)


def _pair(bundle: Bundle) -> tuple[Pair, str, Bundle]:
    """Return a pair that shows what fusion does, what to say of it, and the bundle with the model that answers."""
    drawn = examples.pair_of(EXAMPLE)
    if model_data.knows_everyday_things(bundle):
        return drawn, "The animal or the car? Compare what each model makes of it.", bundle
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        return drawn, frame.plain(missing), bundle
    tested, gain = bundle.held_out, bundle.evaluation.gain
    fixed = tested.ids[tested.fixed(gain.over) if gain else tested.right(next(iter(tested.heads)))]
    row_id = str(fixed[0] if len(fixed) else tested.ids[0])
    if row_id not in origin.dataset.frame.index:
        return drawn, "The held-out pairs of this model are not here.", bundle
    pair = data_choice.pair_of(origin.dataset, row_id)
    told = "The model that answers here was trained without this pair."
    if not bundle.explains_blindly(row_id):
        told = "The model was trained on this very pair, so it is surer than it would be of a new one."
    return pair, f"It is **{frame.plain(pair.label)}**. {told}", blind(bundle, origin.dataset, row_id)


def _onward(bundle: Bundle) -> None:
    used = [view.modality for view in views_of(bundle.model.encoders)]
    nouns, a_noun = listed([one.nouns for one in used]), listed([one.a_noun for one in used], "or")
    following: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("Data", "Use your own data", "A table and images as they are: drop them, and see whether both help.", _OWN),
        ("Classify", "Try your own pair", f"Give {a_noun}, and see why the answer is what it is.", {}),
        ("Data", "See the data", f"The {nouns} that a model is trained on, and their labels.", {}),
        ("Train", "Train a model", "Live, in a minute or less, with your choice of encoders.", {}),
    )
    st.subheader("Go on", anchor=False)
    for column, (title, label, text, more) in zip(st.columns(len(following), border=True), following, strict=True):
        with column:
            frame.link(title, f"**{label}**", **more)
            st.caption(text)
