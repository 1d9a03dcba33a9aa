"""The Overview: the question, the answer and two doors in one screen; below it one worked example and where to go on.

Of the shipped model it shows what stands beside it, and neither loads the model nor imports what reads one.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.charts.bars import accuracy_bars, accuracy_words
from mmdemo.charts.squares import gain_squares
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence
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
    _answer(told.manifest, told.evaluation)
    st.header("One worked example", anchor=False)
    if shipped:
        kept_example.draw(shipped[1])
    elif bundle:
        from mmdemo.ui.pages.overview import live_example  # with all that reads models and data

        live_example.draw(bundle)
    _next_steps()


def _answer(manifest: Mapping[str, Any], found: Evaluation) -> None:
    """Draw the answer with its doors, and the same as squares beside it: below, where the screen is narrow."""
    said, drawn = st.columns([3, 2], gap="large", vertical_alignment="center")
    with said:
        st.markdown(f"## {answer_sentence(found)}")
        st.markdown(hundred_sentence(found))
        _doors(found)
    with drawn:
        st.html(gain_squares(found))
    with st.container(horizontal=True, vertical_alignment="center", key="basis"):
        st.caption(
            f"{frame.plain(manifest['dataset']['name']).capitalize()}: {found.n:,} pairs that the models had not seen.",
            width="content",
        )
        if found.unrepeated and found.unrepeated.loud:
            frame.link("Evaluate", "These results may be too good: see why", icon=":material/content_copy:")
    _statistics(manifest, found)


def _doors(found: Evaluation) -> None:
    """Draw the two ways on that a visitor should see without scrolling."""
    first = MODALITIES.get(found.modalities[0])
    with st.container(horizontal=True, key="doors"):
        with st.container(key="door_own", width="content"):
            frame.link("Data", "**Use your own data**", icon=":material/upload_file:", **_OWN)
        with st.container(key="door_try", width="content"):
            frame.link("Classify", f"**Try {first.a_noun if first else 'a pair'}**")


def _statistics(manifest: Mapping[str, Any], found: Evaluation) -> None:
    """Draw what a sceptic asks for: the accuracies with their intervals, the tests, and where the data comes from."""
    dataset, accuracies = manifest["dataset"], found.accuracies()
    with st.expander("The statistics", icon=":material/bar_chart:"):
        alt = f"Accuracy of the models: {accuracy_words(accuracies)}."
        st.html(accuracy_bars(accuracies, dataset["limits"], found.basis, alt))
        st.markdown("\n".join(f"- {sentence}" for sentence in (*found.sentences(), *found.statistics())))
        st.markdown(
            f"Measured on {found.protocol}, of {len(manifest['classes'])} classes. {frame.plain(dataset['source'])}"
        )
        if found.unrepeated and found.unrepeated.loud:
            what = listed([noun(name) for name in found.modalities], "or")
            st.markdown(f"Of {found.unrepeated.repeated:,} of them, the {what} also stands in training.")


def _next_steps() -> None:
    st.header("Next steps", anchor=False)
    with st.container(horizontal=True):
        frame.link("Data", "See the data")
        frame.link("Train", "Train a model")
        frame.link("Evaluate", "See where it is right and wrong")
