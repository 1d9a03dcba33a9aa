"""How a worked example looks: what each model makes of the pair, and why both together answer as they do."""

import html
from base64 import b64encode
from collections.abc import Collection

import streamlit as st

from mmdemo.charts.opinions import opinion_bars
from mmdemo.charts.parts import removal_bars, waterfall
from mmdemo.evaluation.sentences import titles_of
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation, against
from mmdemo.explanation.strongest import others
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Prediction
from mmdemo.ui import answer_line, frame
from mmdemo.ui.modalities import any_explanation

_SHOWN = 3  # classes that have a bar


def answer(explained: Explanation, prediction: Prediction) -> None:
    """Draw the answer, and what each model makes of the pair."""
    answer_line.draw(prediction)
    with st.container(key="opinions"):
        st.html(opinion_bars(explained.classes, prediction.heads, titles_of(prediction.heads), _SHOWN))


def reasons(explained: Explanation, label: str, painted: Collection[bytes]) -> None:
    """Draw what supports the answer against its runner-up. painted: JPEGs, tinted by that."""
    compared = against(explained, label)
    images, told = st.columns([1, 3], gap="medium")
    with images:
        for jpeg in painted:
            drawn(jpeg, f"The image, tinted. {asked.colours(compared, label)}")
    with told:
        st.markdown(f"**{frame.plain(asked.question(compared, label))}?**")
        for name in compared.parts:
            _units(compared, name, label)
        st.caption(frame.plain(asked.colours(compared, label)))
        _numbers(compared, label)


def drawn(jpeg: bytes, alt: str) -> None:
    """Draw an image within the page itself: for `st.image`, a browser would have to ask for more twice."""
    source = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    st.html(f'<img src="{source}" alt="{html.escape(alt)}" style="width:100%;max-width:16rem;border-radius:.5rem">')


def _units(compared: Explanation, name: str, label: str) -> None:
    units, values = compared.units(name, label)
    if units and MODALITIES[name].units.summed_as is None:
        st.html(any_explanation.coloured(units, values))
        if more := others(values, MODALITIES[name].units.nouns):
            st.caption(more)


def _numbers(compared: Explanation, label: str) -> None:
    with st.expander("The numbers", icon=":material/bar_chart:"):
        st.html(waterfall(compared, label))
        for name, one in compared.removals.items():
            st.html(removal_bars(compared, name, label))
            st.caption(one.sentences(MODALITIES[name].units.nouns))
        answer_line.score_help([f"a part for the {MODALITIES[name].noun}" for name in compared.parts], lead=True)
