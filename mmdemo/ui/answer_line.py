"""What of an answer is drawn without charts, and so without the libraries that draw them."""

from collections.abc import Sequence

import streamlit as st

from mmdemo.model.certainty import certainty
from mmdemo.model.model import Prediction
from mmdemo.ui import frame

_PROMISE = (
    "The probability is calibrated on pairs that the model had not seen, so it says how many of such answers are right."
)


def draw(prediction: Prediction) -> None:
    """Draw the answer in one line: the label and how certain it is."""
    probability = float(prediction.probabilities.max())
    told = certainty(probability)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{frame.plain(prediction.label)}, {probability:.0%}", anchor=False, width="content")
        if prediction.sure:
            st.badge(told, icon=":material/check:", color="green", help=_PROMISE)
        else:
            st.badge(f"Not sure: {told}", icon=":material/question_mark:", color="orange", help=_PROMISE)


def logit_help(addends: Sequence[str]) -> None:
    """Draw a word of help on what a logit is; addends: what its parts consist of."""
    *first, last = ["one starting point", *addends]
    with st.popover("What is a logit?", icon=":material/help:"):
        st.markdown(
            f"The model gives every class a score, its **logit**: a sum of {', '.join(first)} and {last}. The bars "
            "show exactly these parts; nothing is "
            "estimated. The class with the highest logit is the answer, and the softmax of all logits, "
            "$p_k = e^{z_k} / \\sum_j e^{z_j}$, gives the probabilities above."
        )
