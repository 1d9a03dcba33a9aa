"""The files that a dataset's pairs lie in: whether they are still there, and that they are used."""

import os
from dataclasses import dataclass

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.storage.folders import cache_path, entries_of, mark_used
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.modalities.registry import views_of


def still_there(dataset: Dataset) -> bool:
    """Return whether the folders that the dataset's files lie in are there: those of the cache may be swept."""
    return all(map(os.path.isdir, _places(dataset).folders))


def mark(dataset: Dataset) -> None:
    """Mark what holds the dataset's files as used, so that other things are swept first."""
    mark_used(_places(dataset).entries)


@dataclass(frozen=True)
class _Places:
    """folders: that the files lie in. entries: what is swept as a whole and holds files."""

    folders: frozenset[str]
    entries: frozenset[str]


def _places(dataset: Dataset) -> _Places:
    return _found((*key_of(dataset), str(cache_path())), dataset)


@st.cache_resource(max_entries=16, show_spinner=False)  # thousands of paths, at each run of each page
def _found(key: tuple[object, ...], _dataset: Dataset) -> _Places:
    files = [path for view in views_of(_dataset.modalities) for path in view.files(_dataset.frame[view.name])]
    return _Places(frozenset(map(os.path.dirname, files)), frozenset(entries_of(files)))
