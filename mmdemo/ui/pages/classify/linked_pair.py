"""The pair of a dataset that a link to Classify names, or that is offered first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.errors import DatasetError
from mmdemo.ui import data_choice, frame, model_data, state
from mmdemo.ui.blind import blind
from mmdemo.ui.modalities import examples
from mmdemo.ui.pages.classify import own_examples
from mmdemo.ui.pair import Pair

_LONGEST = 80  # characters of an id in a sentence


@dataclass(frozen=True)
class Linked:
    """The pair of a link, its data, and the bundle with the model that answers: one that had not seen it, if any."""

    pair: Pair
    dataset: Dataset
    answering: Bundle


def linked_pair(bundle: Bundle) -> Linked | None:
    """Return the pair that the URL names, of the model's data or the chosen dataset, else the first one offered.

    None for a drawn example, and where there is none; what is missing to show the pair of a link is drawn.
    """
    row_id = st.query_params.get(state.PAIR, "")
    if not row_id or row_id in examples.by_name():
        row_id = next(iter(own_examples.offered(bundle)), "")
    if not row_id:
        return None
    missing: list[str] = []
    for dataset in _datasets(bundle, missing):
        if row_id in dataset.frame.index:
            return Linked(data_choice.pair_of(dataset, row_id), dataset, blind(bundle, dataset, row_id))
    reasons = " ".join(missing) or "It is not in the data here."
    st.info(
        f"The pair “{frame.plain(row_id[:_LONGEST])}” of this link cannot be shown. {frame.plain(reasons)}",
        icon=":material/link_off:",
    )
    return None


def _datasets(bundle: Bundle, missing: list[str]) -> Iterator[Dataset]:
    """Yield where the pair may be: in the model's data, in the dataset of the URL; the likelier one first."""
    places: list[Callable[[], Dataset]] = [lambda: model_data.read(bundle).dataset]
    if st.query_params.get(state.PAIR_OF) != state.OF_MODEL:
        chosen = state.DATASET in st.query_params
        places.insert(0 if chosen else 1, data_choice.current_dataset)
    for place in places:
        try:
            yield place()
        except DatasetError as error:
            missing.append(str(error))
