"""Have the server's process forget what it keeps of a visitor: caches, media files, tabs."""

import sys
from collections.abc import Iterable

import streamlit as st
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mmdemo.ui.door.media_gate import gate_of
from mmdemo.ui.sessions import sessions

_REMEMBER = ("mmdemo.storage.", "mmdemo.preprocess.", "mmdemo.encoders.")
"""Packages whose modules may remember what visitors wrote, or the names of their files; those that do have `forget`."""


def caches() -> None:
    """Empty all caches of the process: no entry says whose it is, and what was used is soon there again."""
    st.cache_data.clear()
    st.cache_resource.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith(_REMEMBER) and hasattr(module, "forget"):
            module.forget()


def media(visitor: str) -> None:
    """Close the addresses of all that pages have shown to a visitor; what is shown again is there again."""
    if runtime.exists():
        gate_of(runtime.get_instance()).forget(visitor)


def shown_to(visitors: Iterable[str]) -> None:
    """Close the addresses of all that pages have shown to these visitors, and forget the tabs that they have closed."""
    for visitor in visitors:
        media(visitor)
        for session in sessions().of(visitor):
            if not runtime.get_instance().is_active_session(session.id):
                _close(session)


def typed_for(name: str) -> None:
    """Have this tab forget what was typed or chosen for one thing, whose name ends the widgets' keys."""
    for key in [str(key) for key in st.session_state]:
        if key.endswith(f"_{name}"):
            del st.session_state[key]


def this_tab() -> None:
    """Have the tab whose page is being drawn forget the widgets that it has drawn before.

    Streamlit keeps what each could do and choose from, such as captions, until the tab is closed.
    """
    context = get_script_run_ctx()
    if context is not None:
        widgets = vars(context.session_state)["_state"]._new_widget_state.widget_metadata
        for gone in widgets.keys() - context.shared.widget_ids_this_run.snapshot():
            del widgets[gone]


def tabs(visitor: str) -> None:
    """Have a visitor's other tabs begin anew, without what they hold, and forget those that are closed."""
    context = get_script_run_ctx()
    here = context.session_id if context is not None else ""
    for session in sessions().of(visitor):
        server = runtime.get_instance()
        server.uploaded_file_mgr.remove_session_files(session.id)
        if session.id == here:
            continue
        if server.is_active_session(session.id):
            _begin_anew(session)
        else:
            _close(session)


def _close(session: AppSession) -> None:
    runtime.get_instance().clear_user_info_for_session(session.id)
    _clear(session)  # what watches our source files keeps the session for a while


def _clear(session: AppSession) -> None:
    session.session_state.clear()
    session.session_state._new_widget_state.widget_metadata.clear()  # what its widgets could choose from


def _begin_anew(session: AppSession) -> None:
    def begin() -> None:
        _clear(session)
        page = ClientState()
        page.CopyFrom(vars(session)["_client_state"])
        page.query_string = ""
        page.ClearField("widget_states")
        page.ClearField("fragment_id")
        session.request_rerun(page)

    vars(session)["_event_loop"].call_soon_threadsafe(begin)
