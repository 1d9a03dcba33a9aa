"""The choice of a dataset: a sample, the operator's, the visitor's own, or one that is still to come."""

import logging
from collections.abc import Callable

import streamlit as st

from mmdemo.datasets.registry import SOURCES
from mmdemo.errors import MMDemoError
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import data_choice, frame, own_copy, own_data, state
from mmdemo.ui.told_apart import told_apart

_LOG = logging.getLogger(__name__)
_NEW = "Your own data"
_MOST = 6  # of the visitor's own that are offered, the newest


def draw(on_change: Callable[[], None]) -> None:
    """Draw the choice; on_change: called when another dataset is chosen."""
    name, titles = data_choice.current_source(), _titles()
    st.session_state[state.DATA_SOURCE] = name if name in titles else None

    def take() -> None:
        chosen = st.session_state[state.DATA_SOURCE]
        if chosen not in (None, name):
            choose(chosen)
            on_change()

    st.segmented_control(
        "Dataset", list(titles), format_func=titles.__getitem__, key=state.DATA_SOURCE, on_change=take
    )


def is_own(name: str) -> bool:
    """Return whether a dataset of this name is somebody's own, or is still to come."""
    return name == state.NEW_DATA or own_copy.is_id(name)


def choose(name: str) -> None:
    """Make a dataset what all pages speak of; a button's `on_click`."""
    of_the_old = (state.PAIR, state.EDITS, *state.DATASET_OPTIONS)
    kept = {key: value for key, value in st.query_params.items() if key not in of_the_old}
    st.query_params.from_dict({**kept, state.DATASET: name})


def _titles() -> dict[str, str]:
    """Return the name of each dataset in links, and what a person calls it, in Markdown."""
    mine, operators = own_data.mine()[:_MOST], _operators()
    names = told_apart((record.id, record.name) for record in (*operators, *reversed(mine)))  # the oldest keeps its own
    own = {record.id: frame.plain(names[record.id]) for record in (*operators, *mine)}
    new = "Bring more data" if mine else _NEW
    return {**{name: data_choice.TITLES.get(name, name) for name in SOURCES}, **own, state.NEW_DATA: new}


def _operators() -> tuple[OwnRecord, ...]:
    try:
        return own_data.operators()
    except MMDemoError as error:  # a folder that is not there: the operator's business, and said in the log
        _LOG.warning("%s", error)
        return ()
