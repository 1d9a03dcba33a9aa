"""How many closed tabs the server remembers: each may come back within minutes, and holds 1.5 MB and 3 open files."""

from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo

_MOST = 20


class ClosedTabs:
    """Stands around Streamlit's store of closed tabs, which keeps 128, and forgets the oldest beyond 20."""

    def __init__(self, store: MemorySessionStorage) -> None:
        self._store, self._save = store, store.save

    def save(self, closed: SessionInfo) -> None:
        """Remember a tab that has just closed."""
        self._save(closed)
        for old in self._store.list()[:-_MOST]:
            self._store.delete(old.session.id)
            old.session.shutdown()  # left to the garbage collector, it would hold its files until a page runs


def bound(runtime: Runtime) -> None:
    """Put the bound around the server's store of closed tabs, once; a host with another store has its own."""
    store = getattr(getattr(runtime, "_session_mgr", None), "_session_storage", None)
    if isinstance(store, MemorySessionStorage) and isinstance(
        getattr(store.save, "__self__", None), MemorySessionStorage
    ):
        vars(store)["save"] = ClosedTabs(store).save
