"""The choice of one pair of a dataset: from a list, by a search where there are too many for one, or by chance."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.search import holding
from mmdemo.ui import page_link, state
from mmdemo.ui.data_choice import current_pair, current_source, pair_of
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.modalities import examples
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pair import Pair

MOST_LISTED = 2_500  # pairs: the browser gets the whole list, and at most 5 MB at once
_MOST_SEARCHED = 200  # characters


def pair_chooser(dataset: Dataset, preferred: Iterable[str] = ()) -> Pair:
    """Draw the choice of a pair, by name or by chance, and return the pair; see `current_pair`."""
    rows = dataset.frame
    chosen = current_pair(dataset, preferred)
    _leave_unknown(dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        phrase = _phrase(dataset) if len(rows) > MOST_LISTED else ""
        listed = _listed(key_of(dataset), phrase, dataset)
        titles = listed.titles
        if chosen.row_id not in titles:
            titles = {**_titles(dataset, rows.loc[[chosen.row_id]]), **titles}
        picked = st.selectbox(
            "Pair",
            list(titles),
            index=list(titles).index(chosen.row_id),
            format_func=titles.__getitem__,
            help=f"Type to search in {_searched(dataset)}.",
        )
        st.button("Random pair", icon=":material/casino:", on_click=_choose_any, args=(rows.index,))
    if listed.found > MOST_LISTED:
        st.caption(f"The list holds the first {MOST_LISTED:,} of {listed.found:,} pairs: search for others.")
    elif listed.found < len(rows):
        st.caption(f"{listed.found:,} of {len(rows):,} pairs hold these words; they are in the list.")
    if picked != chosen.row_id:
        st.query_params[state.PAIR] = picked
        chosen = pair_of(dataset, picked)
    there = {state.DATASET: current_source(), state.PAIR: chosen.row_id}
    page_link.holds(lambda: (there, ()))
    return chosen


@dataclass(frozen=True)
class _Listed:
    """titles: of the pairs that a list offers, by id. found: how many pairs hold the words searched for."""

    titles: Mapping[str, str]
    found: int


@st.cache_resource(max_entries=8, show_spinner=False)  # 0.5 MB each at most
def _listed(key: tuple[object, ...], phrase: str, _dataset: Dataset) -> _Listed:
    """Return what the list offers; key: of the dataset. phrase: words that its pairs hold, all of them for none."""
    rows = _dataset.frame
    if phrase:
        rows = rows[holding(_titles(_dataset, rows).values(), phrase)]
    return _Listed(_titles(_dataset, rows.head(MOST_LISTED)), len(rows))


def _leave_unknown(dataset: Dataset) -> None:
    """Say that the pair of a link is not here, and take it out of the address."""
    named = st.query_params.get(state.PAIR)
    if named is None or named in dataset.frame.index:
        return
    del st.query_params[state.PAIR]
    if named not in examples.by_name():  # which one may have tried on a page before
        st.info("The pair of this link is not in this data. Here is another one.", icon=":material/link_off:")


def _phrase(dataset: Dataset) -> str:
    """Draw a field for words and return what stands in it."""
    phrase = st.text_input(
        f"Search in {len(dataset.frame):,} pairs",
        key="search_pairs",
        persist_state="session",
        type="search",
        max_chars=_MOST_SEARCHED,
        placeholder=f"Words of {_searched(dataset)}",
        width=300,
    )
    return phrase or ""


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
