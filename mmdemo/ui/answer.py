"""How an answer and its explanation are drawn; the Overview and Classify share it."""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from mmdemo.charts.answer import confidence_chart, waterfall_chart
from mmdemo.charts.heads import head_title
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import tint
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import figure, frame

_ANSWERED_BY = {
    "image": "There are no words, so the head made for images alone answers.",
    "text": "There is no image, so the head made for captions alone answers.",
}


def answer(model: Model, prediction: Prediction) -> None:
    """Draw the answer in one line: the label, whether it is sure, and which head answered."""
    probability = float(prediction.probabilities.max())
    threshold, target = model.heads[prediction.head].threshold, model.config.target_precision
    promise = (
        f"no answer of this model was sure enough to be right in {target:.0%} of the cases on held-out pairs"
        if threshold >= 1
        else f"from {threshold:.0%} on at least {target:.0%} of this model's answers were right on held-out pairs"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{frame.plain(prediction.label)}, {probability:.0%}", anchor=False, width="content")
        if prediction.sure:
            st.badge("sure", icon=":material/check:", color="green", help=f"“Sure” means that {promise} in training.")
        else:
            st.badge("not sure", icon=":material/question_mark:", color="orange")
    if not prediction.sure:
        st.caption(f"Best guess only, with {probability:.0%}: {promise} in training.")
    if prediction.head in _ANSWERED_BY and len(model.heads) > 1:
        st.caption(_ANSWERED_BY[prediction.head])


def confidence(model: Model, prediction: Prediction) -> None:
    """Draw the probabilities of every head side by side, the classes in the same order."""
    order = [model.classes[i] for i in np.argsort(-prediction.probabilities, kind="stable")]
    for column, head in zip(st.columns(len(model.heads)), model.heads, strict=True):
        with column:
            if head not in prediction.heads:
                missing = "image" if head == "image" else "caption" if head == "text" else "image and caption"
                st.markdown(f"**{head_title(head)}**")
                st.caption(f"Needs a {missing}.")
                continue
            chart = confidence_chart(model.classes, prediction.heads[head], head, order)
            best = model.classes[int(prediction.heads[head].argmax())]
            figure.draw(
                chart,
                alt=f"{head_title(head)}: probability of every class; the highest is {best}.",
                key=f"confidence_{head}",
            )


def explanation(explained: Explanation, label: str) -> None:
    """Draw what spoke for and against one class: the image's cells, the words, and how all parts add up."""
    k = explained.classes.index(label)
    left, right = st.columns([2, 3], gap="large")
    with left:
        if explained.pixels is not None and explained.cells is not None:
            st.image(
                explained.painted(explained.cells[k]),
                caption=f"Blue speaks for “{frame.plain(label)}”, orange against it.",
                width="stretch",
                alt=f"The image, tinted by what speaks for {label} (blue) and against it (orange).",
            )
        if explained.words:
            with st.container(key="words"):
                st.html(coloured_words(explained.words, explained.word_parts[k]))
            st.caption(f"Words after cleaning; blue speaks for “{frame.plain(label)}”, orange against it.")
    with right:
        figure.draw(
            waterfall_chart(explained, label),
            alt=f"From the starting point over image and words to the logit {explained.logits[k]:.2f} of {label}.",
            key="waterfall",
        )
        logit_help()


def logit_help() -> None:
    """Draw a word of help on what a logit is."""
    with st.popover("What is a logit?", icon=":material/help:"):
        st.markdown(
            "The model gives every class a score, its **logit**: a sum of one starting point, a part for every "
            "cell of the image and a part for every word. The bars show exactly these parts; nothing is "
            "estimated. The class with the highest logit is the answer, and the softmax of all logits, "
            "$p_k = e^{z_k} / \\sum_j e^{z_j}$, gives the probabilities above."
        )


def coloured_words(words: Sequence[str], parts: np.ndarray) -> str:
    """Return HTML of the words, each on blue if it speaks for the class and on orange if against, by its strength."""
    strongest = float(np.abs(parts).max())
    spans = []
    for word, part in zip(words, parts, strict=True):
        style = f"background:{tint(part, strongest)};padding:2px 6px;border-radius:5px"
        spans.append(f'<span style="{style}" title="{part:+.3f}">{html.escape(word)}</span>')
    return f'<p style="line-height:2.1;overflow-wrap:anywhere">{" ".join(spans)}</p>'
