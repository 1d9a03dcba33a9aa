"""One worked example as it stands beside the shipped model, which need not be loaded for it."""

import html
from base64 import b64encode

import streamlit as st

from mmdemo.bundles.example import Example
from mmdemo.charts.bars import waterfall_bars
from mmdemo.explanation.steps import waterfall_steps
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import answer_line, frame
from mmdemo.ui.modalities import any_explanation

TOLD = "The animal or the car? Compare what each model makes of it."


def draw(example: Example) -> None:
    """Draw the pair, the answer and what spoke for it."""
    shown, charts = st.columns([1, 3], gap="medium")
    with shown:
        for value in example.shown.values():
            if isinstance(value, bytes):
                _image(value, "The image of the example")
            else:
                st.markdown(f"“{frame.plain(value)}”")
        st.caption(TOLD)
    with charts:
        answer_line.draw(example.answer)
        answer_line.confidence(example.explained.classes, example.answer, example.shown, example.answer.heads)
    _explanation(example)


def _explanation(example: Example) -> None:
    explained, label = example.explained, example.answer.label
    left, right = st.columns([2, 3], gap="large")
    with left:
        for name in explained.parts:
            if name in example.painted:
                _tinted(example.painted[name], label)
            else:
                any_explanation.part(explained, name, label)
    with right:
        logit = explained.logits[explained.classes.index(label)]
        alt = f"From the starting point over all parts to the logit {logit:.2f} of {label}."
        title = f"What adds up to the logit of “{label}”"
        st.html(waterfall_bars(waterfall_steps(explained, label), title, alt))
        answer_line.logit_help([f"a part for the {MODALITIES[name].noun}" for name in explained.parts])


def _tinted(image: bytes, label: str) -> None:
    _image(image, f"The image, tinted by what speaks for {label} (blue) and against it (orange).")
    st.caption(f"Blue speaks for “{frame.plain(label)}”, orange against it.", text_alignment="center")


def _image(jpeg: bytes, alt: str) -> None:
    """Draw an image within the page itself: for `st.image`, a browser would have to ask for more twice."""
    source = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    st.html(f'<img src="{source}" alt="{html.escape(alt)}" style="width:100%;border-radius:.5rem">')
