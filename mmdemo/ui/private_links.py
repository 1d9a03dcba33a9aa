"""Links that lead to what is gone, or another visitor's alone: the pages say so once, and go on without."""

import streamlit as st

from mmdemo.datasets.edits import has_edits
from mmdemo.datasets.options import OFFERED
from mmdemo.datasets.wording import shown
from mmdemo.storage.own_record import ID
from mmdemo.ui import access, forgetting, own_data, state
from mmdemo.ui.as_written import plain

DATA = "This data is private: whoever brought it has to press Share."
GONE = "The data of this link is no longer here: it was deleted, or has expired. Here is other data instead."
MODEL_GONE = (
    "The model of this link is no longer here: models that visitors train are kept for a while only. "
    "Here is the shipped model instead."
)
RUN_GONE = (
    "The training run of this link is no longer here: runs are kept for a while only. Your own runs are listed on this "
    "page, and you can train again."
)
EDITS_GONE = "What was left out of this data, or labelled anew, is no longer here: this is the data as it came."

_OF_DATA = (state.EDITS, state.PAIR, state.PAIR_OF)  # they name what is in the data
_SAID = "said_of_link"  # session: the page that was opened by a link, and what was said there


def leave(title: str) -> tuple[str, ...]:
    """Take out of the URL what is not there for this visitor; return what to say about it on the page of this title.

    It is said as long as they stay on that page, and on no other.
    """
    found = {key: _why_not(key) for key in (state.MODEL, state.RUN, state.DATASET, state.EDITS)}
    said = {key: why for key, why in found.items() if why}
    for key in [*said, *(_OF_DATA if state.DATASET in said else ())]:
        named = st.query_params.pop(key, "")
        if ID.fullmatch(named):  # any other name might end keys that have to do with something else
            forgetting.typed_for(named)
    if said:
        forgetting.this_tab()  # it may have been drawn here, as long as it was there, or shared
        st.session_state[_SAID] = (title, tuple(dict.fromkeys(said.values())))
    page, sentences = st.session_state.get(_SAID, (title, ()))
    if page != title:
        del st.session_state[_SAID]
    return sentences if page == title else ()


def drop(key: str, why: str) -> None:
    """Take out of the URL what turns out not to be there while a page is drawn, and say why as `leave` does."""
    st.query_params.pop(key, None)
    st.info(why, icon=":material/link_off:")
    here = st.session_state[state.HERE]
    page, before = st.session_state.get(_SAID, (here, ()))
    st.session_state[_SAID] = (here, (*(before if page == here else ()), why))


def _why_not(key: str) -> str:
    named = st.query_params.get(key)
    if named is None:
        return ""
    match key:
        case state.DATASET:
            return _why_no_data(named)
        case state.EDITS:
            return "" if _has_edits(st.query_params.get(state.DATASET, ""), named) else EDITS_GONE
        case _ if not access.may_see(named):
            return access.PRIVATE
        case state.MODEL:
            return "" if state.has_model(named) else MODEL_GONE
    return ""


def _why_no_data(named: str) -> str:
    if ID.fullmatch(named):
        if own_data.may_use(named):
            return ""
        return DATA if own_data.folders().get(named) else GONE
    if named in OFFERED or named == state.NEW_DATA or _is_source(named):
        return ""
    return f"There is no sample dataset named {plain(shown(named))}. Here is other data instead."


def _has_edits(data_id: str, named: str) -> bool:
    """Return whether these edits are there; True where the data is not theirs to see, which is said of the data."""
    if not ID.fullmatch(data_id) or not own_data.may_use(data_id):
        return True
    return has_edits(own_data.folders().copy(data_id), named)


def _is_source(named: str) -> bool:
    from mmdemo.datasets.registry import SOURCES  # with all that reads data

    return named in SOURCES
