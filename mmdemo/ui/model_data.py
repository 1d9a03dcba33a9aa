"""The data that a model was trained on, where it is at hand."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.origin import Origin, origin
from mmdemo.errors import DatasetError
from mmdemo.evaluation.held_out import HeldOut


def origin_of(bundle: Bundle) -> tuple[Origin | None, str]:
    """Return the model's data, or None and a sentence on what is missing."""
    try:
        return read(bundle), ""
    except DatasetError as error:
        return None, str(error)


def read(bundle: Bundle) -> Origin:
    """Return the model's data; raise a DatasetError that says what is missing."""
    return _origin(bundle.manifest["sha256"], bundle)


def held_out(bundle: Bundle) -> HeldOut:
    """Return the pairs held out from the model, with the answers of its heads."""
    test = bundle.test()
    probabilities = {head: test[head] for head in bundle.model.heads}
    return HeldOut(test["ids"], test["labels"], bundle.model.classes, probabilities)


@st.cache_resource(max_entries=4, show_spinner="Loading the data…")
def _origin(sha256: str, _bundle: Bundle) -> Origin:
    return origin(_bundle)
