"""Who may see which of the images and downloads that pages show under an address of their own."""

from collections import defaultdict
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mmdemo.ui.sessions import sessions

_MOST = 5_000  # files that are remembered before those that are gone are forgotten


class MediaGate:
    """Stands around Streamlit's manager of such files, which serves each to everybody; any thread may call any method.

    A file may be seen by every visitor to whom a page has shown it, as long as Streamlit has it, which is until no tab
    shows it any more. (While a page is drawn again, its tab seems to show nothing.)
    """

    def __init__(self, manager: MediaFileManager) -> None:
        self._manager = manager
        self._add, self._execute = manager.add, manager.execute_deferred
        self._lock = Lock()
        self._visitors: defaultdict[str, set[str]] = defaultdict(set)  # file → visitors

    def add(self, *arguments: Any, **more: Any) -> str:
        """Take a file that a page shows, and return its address."""
        address = self._add(*arguments, **more)
        context = get_script_run_ctx()
        self._note(address, context.session_id if context is not None else "")
        return address

    def execute_deferred(self, file_id: str) -> str:
        """Make a file that a visitor wants to download, and return its address."""
        asked = vars(self._manager).get("_deferred_callables", {}).get(file_id, {})
        address = self._execute(file_id)
        self._note(address, str(asked.get("session_id", "")))
        return address

    def may_see(self, name: str, visitor: str) -> bool:
        """Return whether a page has shown the file of that name to the visitor."""
        with self._lock:
            return bool(visitor) and visitor in self._visitors.get(_id_of(name), ())

    def forget(self, visitor: str) -> None:
        """Let the visitor see nothing that was shown so far, and remove what was shown to nobody else."""
        with self._lock:
            for visitors in self._visitors.values():
                visitors.discard(visitor)
        for session in sessions().of(visitor):
            self._manager.clear_session_refs(session.id)
        for _ in range(2):  # a download is marked first
            self._manager.remove_orphaned_files()

    def _note(self, address: str, session_id: str) -> None:
        visitor = sessions().visitor_of(session_id)
        with self._lock:
            if visitor:
                self._visitors[_id_of(address)].add(visitor)
            if len(self._visitors) > _MOST:
                there = vars(self._manager).get("_file_metadata", {})
                for gone in [one for one in self._visitors if one not in there]:
                    del self._visitors[gone]


def gate_of(runtime: Runtime) -> MediaGate:
    """Return the gate around the server's manager of media files, put there once."""
    manager = runtime.media_file_mgr
    there = getattr(manager.add, "__self__", None)
    if isinstance(there, MediaGate):
        return there
    gate = MediaGate(manager)
    vars(manager).update(add=gate.add, execute_deferred=gate.execute_deferred)
    return gate


def _id_of(address: str) -> str:
    return PurePosixPath(address).stem
