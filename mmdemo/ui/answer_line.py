"""What of an answer is drawn without charts, and so without the libraries that draw them."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import streamlit as st

from mmdemo.charts.opinions import opinion_bars
from mmdemo.charts.probabilities import probability_table
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import certainty, percent
from mmdemo.model.heads import head_inputs, head_title
from mmdemo.model.model import Prediction
from mmdemo.ui import frame

_LIKELIEST = 3  # classes that are drawn at once
_PROMISE = (
    "The probability is calibrated on pairs that the model had not seen, so it says how many of such answers are right."
)
_DOUBTED = (
    "The probability holds for pairs like those that the model was trained on. Of such pairs that it had not seen, "
    "each warning names at most 2 of 100."
)


def draw(prediction: Prediction) -> None:
    """Draw the answer in one line, the label and how certain it is, and below it what puts it in doubt."""
    probability = float(prediction.probabilities.max())
    told = certainty(probability)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{frame.plain(prediction.label)}, {percent(probability)}", anchor=False, width="content")
        if prediction.warnings:
            st.badge("This answer may not hold", icon=":material/warning:", color="orange", help=_DOUBTED)
        elif prediction.sure:
            st.badge(told, icon=":material/check:", color="green", help=_PROMISE)
        else:
            st.badge(f"Not sure: {told}", icon=":material/question_mark:", color="orange", help=_PROMISE)
    for warning in prediction.warnings:
        st.markdown(f":material/warning: {frame.plain(warning.sentence)}")


def confidence(classes: Sequence[str], prediction: Prediction, encoders: Collection[str], heads: Iterable[str]) -> None:
    """Draw the likeliest classes of each head; the probabilities of all, in the same order, one click away.

    encoders: the model's modalities. heads: of the model; one that could not answer is named with what it needs.
    """
    heads = tuple(heads)
    titles = {head: head_title(head, encoders) for head in heads if head in prediction.heads}
    answers = {head: prediction.heads[head] for head in titles}
    with st.container(key="confidence"):
        st.html(opinion_bars(classes, answers, titles, _LIKELIEST))
    with st.expander(f"All {len(classes):,} classes"):
        order = np.argsort(-prediction.probabilities, kind="stable")
        st.html(probability_table(classes, answers, titles, [int(place) for place in order]))
    for head in (head for head in heads if head not in prediction.heads):
        needed = " and ".join(MODALITIES[name].a_noun for name in head_inputs(head, encoders))
        st.caption(f"{head_title(head, encoders)} needs {needed}.")


def score_help(addends: Sequence[str], lead: bool) -> None:
    """Draw a word of help on what a score is; addends: what its parts consist of. lead: whether two are compared."""
    *first, last = ["one starting point", *addends]
    shown = "of one class less those of the other" if lead else "of one class"
    with st.expander("What is a score?", icon=":material/help:"):  # a popover would scroll, out of a keyboard’s reach
        st.markdown(
            f"The model gives every class a score, its **logit**: a sum of {', '.join(first)} and {last}. The bars "
            f"show exactly these parts, {shown}; nothing is "
            "estimated. The class with the highest score is the answer, and the softmax of all scores, "
            "$p_k = e^{z_k} / \\sum_j e^{z_j}$, gives the probabilities above."
        )
