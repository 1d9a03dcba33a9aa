"""How an answer and its explanation are drawn; the Overview and Classify share it."""

import streamlit as st

from mmdemo.charts.parts import removal_bars, waterfall
from mmdemo.explanation.explain import Explanation
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import answer_line
from mmdemo.ui.modalities.registry import views_of


def answer(model: Model, prediction: Prediction) -> None:
    """Draw the answer in one line: the label, how certain it is, and which head answered."""
    answer_line.draw(prediction)
    answered_by(model, prediction)


def answered_by(model: Model, prediction: Prediction) -> None:
    """Draw what is missing, and which head answers therefore."""
    read = model.heads[prediction.head].coef
    missing = [f"no {view.modality.noun}" for view in views_of(model.encoders) if view.name not in read]
    if missing:
        made_for = " and ".join(view.modality.nouns for view in views_of(read))
        st.caption(f"This pair has {' and '.join(missing)}, so the model for {made_for} alone answers.")


def confidence(model: Model, prediction: Prediction) -> None:
    """Draw the probabilities of every head."""
    answer_line.confidence(model.classes, prediction, model.encoders, model.heads)


def explanation(explained: Explanation, label: str) -> None:
    """Draw what supports and opposes one class in each modality, and how all parts add up.

    explained: as `against` or `alone` gives it.
    """
    views = views_of(explained.parts)
    left, right = st.columns([2, 3], gap="large")
    with left:
        for view in views:
            view.draw_part(explained, label)
    with right:
        parts(explained, label)


def parts(explained: Explanation, label: str) -> None:
    """Draw how all parts add up; explained: as `against` or `alone` gives it."""
    with st.container(key="waterfall"):
        st.html(waterfall(explained, label))
    wholes = {name: f"a part for the whole {MODALITIES[name].noun}" for name in explained.removals}
    addends = [wholes.get(view.name, view.addends) for view in views_of(explained.parts)]
    answer_line.score_help(addends, explained.other is not None)


def removals(explained: Explanation, label: str) -> None:
    """Draw what taking out each unit does, for values of which the waterfall shows only the whole."""
    for name in explained.removals:
        with st.container(key=f"removals_{name}"):
            st.html(removal_bars(explained, name, label))
