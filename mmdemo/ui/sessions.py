"""Whose the open tabs are: a session of the server for each, and the visitor who opened it."""

from threading import Lock

from streamlit import runtime
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mmdemo.ui.once import Once

_MOST = 1000  # that are remembered, at least


class Sessions:
    """Remembers the visitor of each session; any thread may call any method."""

    def __init__(self) -> None:
        self._visitors: dict[str, str] = {}
        self._lock = Lock()

    def register(self, visitor: str) -> None:
        """Take note that the session whose page runs is the visitor's."""
        context = get_script_run_ctx()
        if context is None:
            return
        with self._lock:
            self._visitors.pop(context.session_id, None)
            self._visitors[context.session_id] = visitor  # the last that was seen is the last in line
            if len(self._visitors) > _MOST:
                there = set(map(_id_of, _there()))
                self._visitors = {one: whose for one, whose in self._visitors.items() if one in there}

    def visitor_of(self, session_id: str) -> str:
        """Return a session's visitor, "" if unknown."""
        return self._visitors.get(session_id, "")

    def visitors(self) -> set[str]:
        """Return all visitors who are known."""
        with self._lock:
            return set(self._visitors.values())

    def of(self, visitor: str) -> list[AppSession]:
        """Return the visitor's sessions, also those of tabs that were closed and may come back."""
        return [session for session in _there() if visitor and self.visitor_of(session.id) == visitor]

    def drawing(self, visitor: str) -> bool:
        """Return whether a page of the visitor's is being drawn at this moment."""
        return any(vars(session).get("_state") == AppSessionState.APP_IS_RUNNING for session in self.of(visitor))


@Once
def sessions() -> Sessions:
    """Return what this server remembers."""
    return Sessions()


def _there() -> list[AppSession]:
    manager = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    if manager is None:
        return []
    return [one.session for one in manager.list_sessions()]


def _id_of(session: AppSession) -> str:
    return session.id
