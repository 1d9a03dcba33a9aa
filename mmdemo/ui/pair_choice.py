"""The choice of one pair of a dataset: from a list, by a search where there are too many for one, or by chance."""

import random
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.search import holding
from mmdemo.ui import state
from mmdemo.ui.data_choice import current_pair, pair_of
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pair import Pair

MOST_LISTED = 2_500  # pairs: the browser gets the whole list, and at most 5 MB at once
_MOST_SEARCHED = 200  # characters


def pair_chooser(dataset: Dataset, preferred: Iterable[str] = ()) -> Pair:
    """Draw the choice of a pair, by name or by chance, and return the pair; see `current_pair`."""
    rows = dataset.frame
    chosen = current_pair(dataset, preferred)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found = _found(dataset) if len(rows) > MOST_LISTED else rows
        listed = found.head(MOST_LISTED)
        if chosen.row_id not in listed.index:
            listed = pd.concat([rows.loc[[chosen.row_id]], listed])
        titles = _titles(dataset, listed)
        picked = st.selectbox(
            "Pair",
            list(titles),
            index=list(titles).index(chosen.row_id),
            format_func=titles.__getitem__,
            help=f"Type to search in {_searched(dataset)}.",
        )
        st.button("Random pair", icon=":material/casino:", on_click=_choose_any, args=(rows.index,))
    if len(found) > MOST_LISTED:
        st.caption(f"The list holds the first {MOST_LISTED:,} of {len(found):,} pairs: search for others.")
    elif len(found) < len(rows):
        st.caption(f"{len(found):,} of {len(rows):,} pairs hold these words; they are in the list.")
    if picked != chosen.row_id:
        st.query_params[state.PAIR] = picked
        return pair_of(dataset, picked)
    return chosen


def _found(dataset: Dataset) -> pd.DataFrame:
    """Draw a field for words and return the rows that hold all of them."""
    phrase = st.text_input(
        f"Search in {len(dataset.frame):,} pairs",
        key="search_pairs",
        type="search",
        max_chars=_MOST_SEARCHED,
        placeholder=f"Words of {_searched(dataset)}",
        width=300,
    )
    if not phrase:
        return dataset.frame
    return dataset.frame[holding(_titles(dataset, dataset.frame).values(), phrase)]


def _titles(dataset: Dataset, rows: pd.DataFrame) -> dict[str, str]:
    """Return of each row what can stand in a line of text, such as its caption, with its label and id."""
    ids = [str(row_id) for row_id in rows.index]
    columns = [map(view.in_line, rows[view.name]) for view in _written(dataset)]
    said = zip(*columns, map(str, rows["label"]), ids, strict=True)
    return {words[-1]: " · ".join(filter(None, words)) for words in said}


def _searched(dataset: Dataset) -> str:
    return " and ".join([*(view.modality.nouns for view in _written(dataset)), "labels"])


def _written(dataset: Dataset) -> list[View]:
    return [view for view in views_of(dataset.modalities) if view.written]


def _choose_any(ids: pd.Index) -> None:
    st.query_params[state.PAIR] = str(random.choice(ids))
