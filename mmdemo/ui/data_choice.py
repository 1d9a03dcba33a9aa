"""Which dataset the pages speak of, and which of its pairs; both stand in the URL."""

import random
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.errors import DatasetError
from mmdemo.preprocess.image import decode
from mmdemo.ui import state

TITLES = {"homonyms": "Homonyms: drawn words with two meanings", "stamps": "Stamps: 700 captioned pictures"}
DEFAULT = "homonyms"
OPTIONS = {  # source → the options that a visitor may set, with their types
    "homonyms": {"n": int, "q_text": float, "q_image": float},
    "stamps": {"captions": str},
}


@dataclass(frozen=True)
class Pair:
    """One pair on a page: pixels uint8 (h, w, 3), its caption, its label, and its row id."""

    pixels: np.ndarray
    caption: str
    label: str
    row_id: str


def current_dataset() -> Dataset:
    """Return the dataset that the URL names, by default homonyms; raises a DatasetError if there is none such."""
    name = st.query_params.get(state.DATASET, DEFAULT)
    if name not in SOURCES:
        raise DatasetError(
            f"There is no sample dataset named {name!r}; choose one of {', '.join(SOURCES)} on the Data page."
        )
    return read(name, **options_in_url(name))


def options_in_url(name: str) -> dict[str, str | int | float]:
    """Return the source's options that the URL holds; raises a DatasetError for one that is no number."""
    found: dict[str, str | int | float] = {}
    for key, kind in OPTIONS.get(name, {}).items():
        if key in st.query_params:
            try:
                found[key] = kind(st.query_params[key])
            except ValueError as error:
                raise DatasetError(
                    f"The link says {key}={st.query_params[key]!r}, but that should be a number."
                ) from error
    return found


@st.cache_resource(max_entries=4, show_spinner="Loading the data…")
def read(name: str, **options: str | float) -> Dataset:
    """Return the dataset; nobody changes it, so all visitors share it."""
    return load(name, **options)


def current_pair(dataset: Dataset) -> Pair:
    """Return the pair that the URL names, by default the dataset's first."""
    rows = dataset.frame
    row_id = st.query_params.get(state.PAIR, "")
    return pair_of(dataset, row_id if row_id in rows.index else str(rows.index[0]))


def pair_of(dataset: Dataset, row_id: str) -> Pair:
    """Return one pair of the dataset; raises an ImageError if its picture cannot be read."""
    row = dataset.frame.loc[row_id]
    return Pair(decode(row["image"]).pixels, row["text"], row["label"], row_id)


def pair_chooser(dataset: Dataset) -> Pair:
    """Draw the choice of a pair, by name or by chance, and return the pair."""
    rows = dataset.frame
    chosen = current_pair(dataset)
    ids = [str(row_id) for row_id in rows.index]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox(
            "Pair",
            ids,
            index=ids.index(chosen.row_id),
            format_func=lambda row_id: f"{rows.loc[row_id, 'text']} · {rows.loc[row_id, 'label']} · {row_id}",
            help="Type to search in captions and labels.",
        )
        st.button("Random pair", icon=":material/casino:", on_click=_choose_any, args=(ids,))
    if picked != chosen.row_id:
        st.query_params[state.PAIR] = picked
        return pair_of(dataset, picked)
    return chosen


def _choose_any(ids: list[str]) -> None:
    st.query_params[state.PAIR] = random.choice(ids)
