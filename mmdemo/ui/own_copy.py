"""Own data as the pages use it: its working copy, and who may see it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from mmdemo.datasets import working_copy
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.edits import read_edits
from mmdemo.errors import DatasetError
from mmdemo.storage.own_record import ID, OwnRecord
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.trimming import changed
from mmdemo.ui import own_data, visitor

FACTS = "data.json"
_MOST_BYTES = 50_000_000
_LEFT_OUT = 1_000  # rows that the server holds in memory; a run reads all


def is_id(name: str) -> bool:
    """Return whether a name in a link can be that of somebody's own data."""
    return ID.fullmatch(name) is not None


def usable(data_id: str) -> OwnRecord:
    """Return what is known of data that this visitor may use; raise a DatasetError that says why they may not."""
    record = own_data.folders().get(data_id)
    if record is None:
        raise DatasetError(
            "The data of this link is no longer here: it was deleted, or nobody used it for long. Bring it again."
        )
    if not own_data.may_use(data_id):
        raise DatasetError(
            "The data of this link is private: whoever brought it has to press Share before others can see it."
        )
    return record


def is_mine(record: OwnRecord) -> bool:
    """Return whether this visitor brought it, and so may change it."""
    return record.is_of(visitor.name())


def can_change(data_id: str) -> bool:
    """Return whether this visitor brought it and its working copy is there."""
    record = own_data.folders().get(data_id)
    return record is not None and is_mine(record) and is_prepared(data_id)


def is_prepared(data_id: str) -> bool:
    """Return whether its columns have been chosen and its working copy is there."""
    return (folder(data_id) / FACTS).is_file()


def folder(data_id: str) -> Path:
    """Return the folder of its working copy."""
    return own_data.folders().copy(data_id)


def dataset(data_id: str, edits: str = "") -> Dataset:
    """Return own data that this visitor may use; raise a DatasetError that says what is missing.

    edits: names what its owner has left out or labelled anew, "" for nothing.
    """
    place = _place(data_id, edits)
    return _dataset(str(place), changed(place / FACTS), edits)


def facts(data_id: str) -> Mapping[str, Any]:
    """Return what was found when own data that this visitor may use was prepared; raises a DatasetError."""
    usable(data_id)
    place = folder(data_id) / FACTS
    return _facts(str(place), changed(place))


def outcome(data_id: str, edits: str = "") -> working_copy.Outcome:
    """Return what became of the rows of own data that this visitor may use; raises a DatasetError.

    edits: as in `dataset`.
    """
    place = _place(data_id, edits)
    return _outcome(str(place), changed(place / FACTS), edits)


def id_of(location: str | None) -> str:
    """Return the id of the data whose working copy lies there, "" for any other place."""
    if not location:
        return ""
    place = Path(location)
    inside = place.parent.parent == own_data.folders().directory and place.name == "copy"
    return place.parent.name if inside and is_id(place.parent.name) else ""


def _place(data_id: str, edits: str) -> Path:
    """Return where own data lies that this visitor may use with these edits; raises a DatasetError."""
    usable(data_id)
    if not is_prepared(data_id):
        raise DatasetError("The columns of this data have not been chosen yet: do so on the Data page.")
    place = folder(data_id)
    for source in sorted({one["from"] for one in read_edits(place, edits)["added"]}):
        usable(source)  # shared edits do not share the data that their pairs were added from
    return place


@st.cache_data(max_entries=20, show_spinner="Comparing the data with the model's…")
def fingerprint(key: tuple[object, ...], _dataset: Dataset) -> str:
    """Return the fingerprint of own data; key: what tells it from all other data."""
    return _dataset.fingerprint()


@st.cache_resource(max_entries=8, show_spinner="Loading the data…")  # whoever asks has been let in by `usable`
def _dataset(place: str, changed: float, edits: str) -> Dataset:
    return working_copy.read(Path(place), edits, _LEFT_OUT)


@st.cache_resource(max_entries=8, show_spinner=False)
def _outcome(place: str, changed: float, edits: str) -> working_copy.Outcome:
    return working_copy.outcome(place, edits, _LEFT_OUT)


@st.cache_resource(max_entries=8, show_spinner=False)
def _facts(place: str, changed: float) -> Mapping[str, Any]:
    try:
        found = read_json(read_bytes(place, _MOST_BYTES))
    except (OSError, ValueError) as error:
        raise DatasetError("This data is damaged here: bring it again.") from error
    if not isinstance(found, dict):
        raise DatasetError("This data is damaged here: bring it again.")
    return found
