"""Which dataset the pages speak of, and which of its pairs; both stand in the URL."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.options import OFFERED
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.tux_paint import stamps_installed
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError, UnlabelledError
from mmdemo.storage.folders import mark_used
from mmdemo.ui import dataset_files, demand, own_copy, state
from mmdemo.ui.modalities.column_view import is_empty
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pair import Pair
from mmdemo.ui.way_out import WayOut, WayOutError

TITLES = {"homonyms": "Sample: homonyms", "stamps": "Sample: stamps"}
_DRAWN, _REAL = "homonyms", "stamps"
MOST_PAIRS = 2_400  # that are drawn while a visitor waits


def current_source() -> str:
    """Return the source of data that the URL names, by default the stamps where they are installed, else homonyms."""
    return st.query_params.get(state.DATASET) or (_REAL if stamps_installed() else _DRAWN)


def current_dataset() -> Dataset:
    """Return the dataset of `current_source`.

    Raises a WayOutError if there is none such, it is somebody else's, or nothing can be trained on it.
    """
    try:
        return _dataset(current_source())
    except UnlabelledError as error:
        answer = WayOut("Classify", "Classify its rows", state.ASK_TABLE)
        raise WayOutError(str(error), answer, WayOut("Data", "Choose the labels or other data")) from error
    except DatasetError as error:
        raise WayOutError(str(error), WayOut("Data", "Choose other data")) from error


def _dataset(name: str) -> Dataset:
    if name in SOURCES:
        found = read(name, **options_in_url(name))
        dataset_files.mark(found)
        return found
    if own_copy.is_id(name):
        found = own_copy.dataset(name, st.query_params.get(state.EDITS, ""))
        mark_used([own_copy.folder(name)])
        return found
    if name == state.NEW_DATA:
        raise DatasetError("There is no data of your own here yet: bring it on the Data page.")
    raise DatasetError(
        f"There is no sample dataset named {shown(name)}; choose one of {', '.join(SOURCES)} on the Data page."
    )


def options_in_url(name: str) -> dict[str, str | int | float]:
    """Return the source's options that the URL holds; raises a DatasetError for one that is no number."""
    found: dict[str, str | int | float] = {}
    for key, kind in OFFERED.get(name, {}).items():
        if key in st.query_params:
            try:
                found[key] = kind(st.query_params[key])
            except ValueError as error:
                raise DatasetError(
                    f"The link says {key}={shown(st.query_params[key])}, but that should be a number."
                ) from error
    if int(found.get("n", 0)) > MOST_PAIRS:
        raise DatasetError(
            f"The link asks for {found['n']:,} pairs, but the app draws {MOST_PAIRS:,} at most. "
            "Draw more in a terminal: python -m mmdemo train --data homonyms --set data.n=10000."
        )
    return found


@st.cache_resource(max_entries=4, show_spinner="Loading the data…", validate=dataset_files.still_there)
def read(name: str, **options: Any) -> Dataset:
    """Return the dataset; nobody changes it, so all visitors share it."""
    if name == _DRAWN:
        demand.wait(int(options.get("n", MOST_PAIRS)))
    return load(name, **options)


def current_pair(dataset: Dataset, preferred: Iterable[str] = ()) -> Pair:
    """Return the pair that the URL names, else the one last chosen, else the first of the preferred or of all.

    preferred: ids of rows, asked for only where they are needed; those that the dataset does not have are passed over.
    """
    rows = dataset.frame
    chosen = st.session_state.setdefault(state.LAST_PAIRS, {})
    if (named := st.query_params.get(state.PAIR, "")) in rows.index:
        chosen[dataset.name] = named
    offered = chain([chosen.get(dataset.name, "")], preferred, plain_rows(rows)[:1])
    return pair_of(dataset, next(row_id for row_id in offered if row_id in rows.index))


def plain_rows(rows: pd.DataFrame) -> list[str]:
    """Return the ids of the rows of which nothing special is said, such as that the image is covered; or of all."""
    special = rows.select_dtypes(bool).any(axis=1)
    return [str(row_id) for row_id in (rows if special.all() else rows[~special]).index]


def complete_rows(rows: pd.DataFrame, modalities: Iterable[str]) -> pd.DataFrame:
    """Return the rows that lack none of these modalities."""
    for name in modalities:
        rows = rows[[not is_empty(cell) for cell in rows[name]]] if name in rows else rows[:0]
    return rows


def pair_of(dataset: Dataset, row_id: str) -> Pair:
    """Return one pair of the dataset."""
    row = dataset.frame.loc[row_id]
    present = [view for view in views_of(dataset.modalities) if not is_empty(row[view.name])]
    return Pair({view.name: view.of_cell(row[view.name]) for view in present}, str(row["label"]), row_id)
