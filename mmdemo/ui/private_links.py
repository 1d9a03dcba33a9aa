"""Links that lead to what is another visitor's alone: the pages say so, and go on without."""

import streamlit as st

from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.folders import RUN, runs_dir
from mmdemo.storage.own_record import ID
from mmdemo.ui import access, forgetting, own_data, state

DATA = "This data is private: whoever brought it has to press Share."
GONE = "The data of this link is no longer here: it was deleted, or has expired. Here is other data instead."

_OF_DATA = (state.EDITS, state.PAIR, state.PAIR_OF)  # they name what is in the data


def leave() -> tuple[str, ...]:
    """Take out of the URL what this visitor may not see; return what to say about it."""
    said = {key: why for key, why in ((key, _why_not(key)) for key in (state.MODEL, state.RUN, state.DATASET)) if why}
    for key in [*said, *(_OF_DATA if state.DATASET in said else ())]:
        st.query_params.pop(key, None)
    if said or _is_gone(st.query_params.get(state.MODEL, "")):  # it may have been drawn here, as long as it was shared
        forgetting.this_tab()
    return tuple(dict.fromkeys(said.values()))


def _is_gone(model: str) -> bool:
    return RUN.fullmatch(model) is not None and not RunFolders(runs_dir()).holds(model)


def _why_not(key: str) -> str:
    named = st.query_params.get(key, "")
    if key == state.DATASET:
        if not ID.fullmatch(named) or own_data.may_use(named):
            return ""
        return DATA if own_data.folders().get(named) else GONE
    return "" if access.may_see(named) else access.PRIVATE
