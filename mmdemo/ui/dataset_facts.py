"""What the pages know of a whole dataset, found once for all visitors."""

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.quality import QualityReport, examine
from mmdemo.modalities.registry import MODALITIES


def modalities_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the modalities that the dataset has, in the registry's order."""
    return tuple(name for name in MODALITIES if name in dataset.frame.columns)


def key_of(dataset: Dataset) -> tuple[object, ...]:
    """Return what tells a dataset from every other, for caches."""
    rows = dataset.frame
    first = (str(rows[name].iloc[0]) for name in modalities_of(dataset))
    return dataset.name, *sorted(dataset.options.items()), len(rows), *first


def quality_report(dataset: Dataset) -> QualityReport:
    """Return what is wrong with the dataset."""
    return _report(key_of(dataset), dataset)


@st.cache_resource(max_entries=8, show_spinner="Looking through the data…")
def _report(key: tuple[object, ...], _dataset: Dataset) -> QualityReport:
    return examine(_dataset)
