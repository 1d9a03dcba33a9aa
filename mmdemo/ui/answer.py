"""How an answer and its explanation are drawn; the Overview and Classify share it."""

import streamlit as st

from mmdemo.charts.answer import waterfall_chart
from mmdemo.charts.removal import removal_chart
from mmdemo.explanation.explain import Explanation
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import answer_line, figure
from mmdemo.ui.modalities.registry import views_of


def answer(model: Model, prediction: Prediction) -> None:
    """Draw the answer in one line: the label, how certain it is, and which head answered."""
    answer_line.draw(prediction)
    answered_by(model, prediction)


def answered_by(model: Model, prediction: Prediction) -> None:
    """Draw what is missing, and which head answers therefore."""
    read = model.heads[prediction.head].coef
    missing = [view.absence for view in views_of(model.encoders) if view.name not in read]
    if missing:
        said = " and ".join(missing)
        made_for = " and ".join(view.modality.nouns for view in views_of(read))
        st.caption(f"{said[:1].upper()}{said[1:]}, so the model for {made_for} alone answers.")


def confidence(model: Model, prediction: Prediction) -> None:
    """Draw the probabilities of every head."""
    answer_line.confidence(model.classes, prediction, model.encoders, model.heads)


def explanation(explained: Explanation, label: str) -> None:
    """Draw what spoke for and against one class in each modality, and how all parts add up."""
    views = views_of(explained.parts)
    left, right = st.columns([2, 3], gap="large")
    with left:
        for view in views:
            view.draw_part(explained, label)
    with right:
        figure.draw(
            waterfall_chart(explained, label),
            alt=f"From the starting point over all parts to the logit "
            f"{explained.logits[explained.classes.index(label)]:.2f} of {label}.",
            key="waterfall",
        )
        logit_help(explained)


def removals(explained: Explanation, label: str) -> None:
    """Draw what taking out each unit does, for values of which the waterfall shows only the whole."""
    for name in explained.removals:
        nouns, rival = MODALITIES[name].units.nouns, explained.rival(label)
        figure.draw(
            removal_chart(explained, name, label),
            alt=f"What “{label}” loses of its lead over “{rival}” without each of the {nouns} alone.",
            key=f"removals_{name}",
        )


def logit_help(explained: Explanation) -> None:
    """Draw a word of help on what a logit is."""
    wholes = {name: f"a part for the whole {MODALITIES[name].noun}" for name in explained.removals}
    answer_line.logit_help([wholes.get(view.name, view.addends) for view in views_of(explained.parts)])
