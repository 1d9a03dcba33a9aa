"""The pair that the Preprocess page begins with: one on which operations matter."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.errors import MMDemoError
from mmdemo.evaluation.close_calls import close_calls
from mmdemo.ui import data_choice, model_data
from mmdemo.ui.blind import blind
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities.registry import views_of

_TRIES = 3  # pairs; each costs as much as the page does at its first visit
_ENOUGH = 2  # operations that change the answer


def first_pair(bundle: Bundle, dataset: Dataset) -> Iterator[str]:
    """Yield the id of a pair whose answer single operations change, of the few that are tried, if there is one.

    The model's own held-out pairs that it answered rightly by a small margin come first.
    """
    found = _first_pair((bundle.key, *key_of(dataset)), bundle, dataset)
    if found is not None:
        yield found


@st.cache_data(max_entries=32, show_spinner="Choosing a pair on which operations matter…")
def _first_pair(key: tuple[object, ...], _bundle: Bundle, _dataset: Dataset) -> str | None:
    best, most = None, 0
    for row_id in islice(_candidates(_bundle, _dataset), _TRIES):
        try:
            changes = _changes(blind(_bundle, _dataset, row_id), data_choice.pair_of(_dataset, row_id).values)
        except MMDemoError:  # an image that cannot be read, say: the page says so where a visitor chooses the pair
            continue
        if changes > most:
            best, most = row_id, changes
        if most >= _ENOUGH:
            break
    return best


def _candidates(bundle: Bundle, dataset: Dataset) -> Iterator[str]:
    complete = data_choice.complete_rows(dataset.frame, bundle.model.encoders)
    plain = data_choice.plain_rows(complete if len(complete) else dataset.frame)
    if model_data.trained_on(bundle, dataset):
        there = set(plain)
        yield from (row_id for row_id in close_calls(bundle.held_out) if row_id in there)
    else:
        yield from plain[:: max(1, len(plain) // _TRIES)]


def _changes(bundle: Bundle, values: Mapping[str, Any]) -> int:
    """Return how many single operations change the answer to a pair."""
    evidence = examine(bundle, values)
    answer = bundle.model.answer(evidence).label if evidence else ""
    after = [
        bundle.model.answer({**evidence, view.name: found}).label
        for view in views_of(evidence)
        for found in view.single_operations(bundle, values[view.name]).values()
    ]
    return sum(label != answer for label in after)
