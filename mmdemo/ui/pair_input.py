"""Where a pair to classify comes from: the data, or what a visitor gives of each modality."""

from collections.abc import Collection
from functools import partial
from typing import Any

import streamlit as st

from mmdemo.model.model import Model
from mmdemo.ui import frame, page_link
from mmdemo.ui.modalities.registry import view_of, views_of
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pair import Pair

_ARRIVED = "arrived_pair"


def arrive(model: Model, linked: Pair | None) -> None:
    """Choose the pair of a link when one arrives by it, once: what is chosen and written then is the visitor's."""
    if linked is not None:
        arrived = (linked.row_id, *(view_of(name).key(value) for name, value in linked.values.items()))
        if st.session_state.get(_ARRIVED) != arrived:
            st.session_state[_ARRIVED] = arrived
            for view in views_of(model.encoders):
                view.fill(linked.values.get(view.name))
    given = page_link.taken()
    for view in views_of(model.encoders):
        if view.name in given:
            view.from_link(given[view.name])
    page_link.holds(partial(_in_link, tuple(model.encoders)))


def _in_link(modalities: Collection[str]) -> page_link.Held:
    parameters: dict[str, str] = {}
    left_out = []
    for view in views_of(modalities):
        given, said = view.in_link()
        parameters |= given
        left_out += [said] if said else []
    return parameters, left_out


def forget_link() -> None:
    """Let the next link to a pair be followed anew, even if it is the one followed before."""
    st.session_state.pop(_ARRIVED, None)


def is_of(linked: Pair, view: View, value: Any) -> bool:
    """Return whether a value is still the one that the pair of a link has."""
    return value is not None and view.name in linked.values and view.key(value) == view.key(linked.values[view.name])


def label_of(linked: Pair) -> None:
    """Draw the label of the pair that a link names."""
    st.markdown(f"Its label is **{frame.plain(linked.label)}**. :small[Pair {frame.plain(linked.row_id)}]")


def invitation(model: Model) -> str:
    """Return what a visitor can do to have a pair, such as "Choose an image or type a caption"."""
    said = " or ".join(view.invitation for view in views_of(model.encoders))
    return said[:1].upper() + said[1:]
