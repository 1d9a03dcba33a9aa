"""The data that a model was trained on, where it is at hand."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.origin import Origin, origin, without_place
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import SOURCES
from mmdemo.errors import DatasetError
from mmdemo.ui import dataset_files, frame, own_copy, own_origin, state

_MOST_LISTED = 8  # classes that a sentence names


def trained_on(bundle: Bundle, dataset: Dataset) -> bool:
    """Return whether this is the dataset that the model was trained on, with the same options."""
    saved = bundle.manifest["dataset"]
    if own_copy.id_of(dataset.location) != own_origin.data_id(bundle.path.name):
        return False
    return (saved["name"], without_place(saved["options"])) == (dataset.name, without_place(dataset.options))


def address(model_id: str, manifest: Mapping[str, Any]) -> str:
    """Return the link that opens Classify with a model, and the other pages with the data that it was trained on."""
    saved, query = manifest["dataset"], {}
    if model_id != state.EVERYDAY:
        query[state.MODEL] = model_id
        own = own_origin.data_id(model_id)
        if own:
            query[state.DATASET] = own
            query |= {key: value for key, value in saved["options"].items() if key == state.EDITS}
        elif saved["name"] in SOURCES:
            query[state.DATASET] = saved["name"]
            query |= {key: value for key, value in saved["options"].items() if key in state.DATASET_OPTIONS}
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}/classify{'?' if query else ''}{urlencode(query)}"


def origin_of(bundle: Bundle) -> tuple[Origin | None, str]:
    """Return the model's data, or None and a sentence on what is missing."""
    try:
        return read(bundle), ""
    except DatasetError as error:
        return None, str(error)


def read(bundle: Bundle) -> Origin:
    """Return the model's data; raise a DatasetError that says what is missing."""
    if own_origin.data_id(bundle.path.name):
        return own_origin.origin(bundle)
    found = _origin(bundle.manifest["sha256"], bundle)
    dataset_files.mark(found.dataset)
    return found


def knows_everyday_things(bundle: Bundle) -> bool:
    """Return whether the model was trained on the stamps, and so can make something of the example pairs."""
    return own_origin.knows_everyday_things(bundle)


def what_it_can_answer(bundle: Bundle) -> None:
    """Draw what a model that was not trained on everyday things can answer at all."""
    if not knows_everyday_things(bundle):
        name = bundle.manifest["dataset"]["name"]
        st.caption(
            f"This model was trained on {frame.plain(name)}: whatever it is shown, it can only answer "
            f"{frame.plain(listed(bundle.model.classes))}."
        )


def listed(classes: Sequence[str]) -> str:
    """Return the classes in a sentence; of very many, the first.

    >>> listed(["animals", "food"]), listed("abcdefghijklm")
    ('animals, food', 'a, b, c, d, e, f, g, h and 5 more classes')
    """
    if len(classes) <= _MOST_LISTED + 2:
        return ", ".join(classes)
    return f"{', '.join(classes[:_MOST_LISTED])} and {len(classes) - _MOST_LISTED:,} more classes"


def _there(found: Origin) -> bool:
    return dataset_files.still_there(found.dataset)


@st.cache_resource(max_entries=4, show_spinner="Loading the data…", validate=_there)
def _origin(sha256: str, _bundle: Bundle) -> Origin:
    return origin(_bundle)
