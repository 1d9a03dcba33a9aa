"""The pairs of a dataset as cards: filter, search, page through them, and take one along to another page."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.search import mixed
from mmdemo.ui import frame, kept, state
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.modalities.view import View

PAGE_SIZE = 24
_WHOLE: dict[str, Any] = {state.LABEL: None, state.SEARCH: "", state.PAGE: 1}  # their values when everything is shown
_TAKE_ALONG = ("Preprocess", "Features", "Classify")
_LONGEST = 90  # characters of a caption on a card


def gallery(dataset: Dataset) -> None:
    """Draw the pairs that the filter lets through, 24 at a time."""
    found = _filter(dataset)
    if found.empty:
        st.info("No caption here holds these words. Try fewer words, a part of one, or another label.")
        st.button("Show all pairs", icon=":material/filter_alt_off:", on_click=forget, key="show_all")
        return
    above = st.container()
    pages = -(-len(found) // PAGE_SIZE)

    def known(written: str) -> int | None:
        number = kept.whole_number(written)
        return number and min(number, pages)

    kept.restore(state.PAGE, 1, known)
    page = st.pagination(pages, key=state.PAGE, on_change=kept.keep, args=(_WHOLE,)) if pages > 1 else 1
    first = (page - 1) * PAGE_SIZE
    shown = found.iloc[first : first + PAGE_SIZE]
    with above:
        st.caption(f"Pairs {first + 1:,} to {first + len(shown):,} of {len(found):,}")
        cards(dataset, list(shown.index), "gallery")


def cards(dataset: Dataset, row_ids: list[str], key: str) -> None:
    """Draw these pairs as cards in a grid; key: what tells this grid from others on the page."""
    views = views_of(dataset.modalities)
    with st.grid(min_column_width=150, gap="small", border=True, key=key):
        for row_id, row in dataset.frame.loc[row_ids].iterrows():
            with st.container(gap="xsmall"):
                _card(views, str(row_id), row, f"{key}_open_{row_id}")


def forget() -> None:
    """Take the filter and the page back; for callbacks."""
    st.session_state.update(_WHOLE)
    kept.keep(_WHOLE)


def _filter(dataset: Dataset) -> pd.DataFrame:
    kept.restore(state.LABEL, None, lambda written: written if written in dataset.classes else None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Label",
            dataset.classes,
            index=None,
            placeholder="All labels",
            key=state.LABEL,
            on_change=_to_first_page,
            width=240,
        )
        found = dataset.frame if label is None else dataset.frame[dataset.frame["label"] == label]
        for view in views_of(dataset.modalities):
            found = view.search(found, _to_first_page)
    return mixed(found)


def _to_first_page() -> None:
    st.session_state[state.PAGE] = 1
    kept.keep(_WHOLE)


def _card(views: Sequence[View], row_id: str, row: pd.Series, key: str) -> None:
    for view in views:
        view.thumbnail(row[view.name], f"{view.modality.title} of pair {row_id}, labelled {row['label']}")
        if view.written:
            said = textwrap.shorten(view.in_line(row[view.name]), _LONGEST, placeholder=" …")
            st.markdown(f":small[{frame.plain(said)}]")
    flags = [str(name) for name in row.index if isinstance(row[name], bool | np.bool_) and row[name]]
    with st.container(horizontal=True, gap="xxsmall"):
        frame.badge(row["label"], "blue")
        for flag in flags:
            frame.badge(flag, "orange")
    with st.popover("Open in", key=key, type="tertiary", width="stretch"):
        for title in _TAKE_ALONG:
            if frame.exists(title):
                frame.link(title, pair=row_id)
