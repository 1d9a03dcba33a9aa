"""How an answer and its explanation are drawn; the Overview and Classify share it."""

from contextlib import nullcontext

import numpy as np
import streamlit as st

from mmdemo.charts.answer import confidence_chart, waterfall_chart
from mmdemo.charts.removal import removal_chart
from mmdemo.explanation.explain import Explanation
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import certainty
from mmdemo.model.heads import head_title
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import figure, frame
from mmdemo.ui.modalities.registry import views_of

_SIDE_BY_SIDE = 4  # charts
_PROMISE = (
    "The probability is calibrated on pairs that the model had not seen, so it says how many of such answers are right."
)


def answer(model: Model, prediction: Prediction) -> None:
    """Draw the answer in one line: the label, how certain it is, and which head answered."""
    probability = float(prediction.probabilities.max())
    told = certainty(probability)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{frame.plain(prediction.label)}, {probability:.0%}", anchor=False, width="content")
        if prediction.sure:
            st.badge(told, icon=":material/check:", color="green", help=_PROMISE)
        else:
            st.badge(f"Not sure: {told}", icon=":material/question_mark:", color="orange", help=_PROMISE)
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
    """Draw the probabilities of every head side by side, the classes in the same order."""
    order = [model.classes[i] for i in np.argsort(-prediction.probabilities, kind="stable")]
    few = len(model.heads) <= _SIDE_BY_SIDE
    with nullcontext() if few else st.grid(min_column_width=240, gap="medium"):
        places = st.columns(len(model.heads)) if few else [st.container() for _ in model.heads]
    for place, head in zip(places, model.heads, strict=True):
        with place:
            _confidence(model, prediction, head, order)


def _confidence(model: Model, prediction: Prediction, head: str, order: list[str]) -> None:
    title = head_title(head, model.encoders)
    if head not in prediction.heads:
        needed = " and ".join(view.modality.a_noun for view in views_of(model.heads[head].coef))
        st.markdown(f"**{title}**")
        st.caption(f"Needs {needed}.")
        return
    chart = confidence_chart(model.classes, prediction.heads[head], head, order, title)
    best = model.classes[int(prediction.heads[head].argmax())]
    figure.draw(
        chart,
        alt=f"{title}: probability of every class; the highest is {best}.",
        key=f"confidence_{head}",
    )


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
    addends = [wholes.get(view.name, view.addends) for view in views_of(explained.parts)]
    *first, last = ["one starting point", *addends]
    with st.popover("What is a logit?", icon=":material/help:"):
        st.markdown(
            f"The model gives every class a score, its **logit**: a sum of {', '.join(first)} and {last}. The bars "
            "show exactly these parts; nothing is "
            "estimated. The class with the highest logit is the answer, and the softmax of all logits, "
            "$p_k = e^{z_k} / \\sum_j e^{z_j}$, gives the probabilities above."
        )
