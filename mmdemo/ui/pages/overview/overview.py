"""The Overview: the claim, the proof, one worked example, and where to go on.

Of the shipped model it shows what stands beside it, and neither loads the model nor imports what reads one.
"""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from mmdemo.charts.bars import accuracy_bars, accuracy_words
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.sentences import listed, noun
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import frame, state
from mmdemo.ui.pages.overview import kept_example

_OWN = {state.DATASET: state.NEW_DATA}


def overview() -> None:
    """Draw the page's content."""
    shipped = state.shipped_example()
    bundle = None if shipped else state.current_model()
    told = shipped[0] if shipped else bundle
    assert told is not None
    _doors()
    _proof(told.manifest, told.evaluation)
    st.subheader("One worked example", anchor=False)
    if shipped:
        kept_example.draw(shipped[1])
    elif bundle:
        from mmdemo.ui.pages.overview import live_example  # with all that reads models and data

        live_example.draw(bundle)
    _onward(told.evaluation.modalities)


def _doors() -> None:
    """Draw the two ways on that a visitor should see without scrolling."""
    with st.container(horizontal=True):
        frame.link("Data", "**Use your own data**", icon=":material/upload_file:", **_OWN)
        frame.link("Classify", "**Try your own pair**")


def _proof(manifest: Mapping[str, Any], found: Evaluation) -> None:
    dataset = manifest["dataset"]
    st.subheader("The proof", anchor=False)
    for sentence in found.sentences():
        st.markdown(f"#### {sentence}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        accuracies = found.accuracies()
        alt = f"Accuracy of the models: {accuracy_words(accuracies)}."
        st.html(accuracy_bars(accuracies, dataset["limits"], found.basis, alt))
    with right:
        st.markdown(
            f"Measured on {found.basis}, of {len(manifest['classes'])} classes. {frame.plain(dataset['source'])}"
        )
        if found.unrepeated and found.unrepeated.loud:
            what = listed([noun(name) for name in found.modalities], "or")
            st.markdown(
                f":material/content_copy: These results may be too good: of {found.unrepeated.repeated:,} pairs, the "
                f"{what} also stands in training. Evaluate shows the results without them."
            )


def _onward(modalities: Collection[str]) -> None:
    used = [modality for name, modality in MODALITIES.items() if name in modalities]
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
