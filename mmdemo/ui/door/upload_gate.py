"""Which uploads the server takes, and how much of them it holds at once, for one tab and for all."""

from collections import defaultdict, deque
from collections.abc import Sequence
from http import HTTPStatus
from threading import RLock

from starlette.exceptions import HTTPException
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec, UploadFileUrlInfo

from mmdemo.storage import limits

_GIVEN = 20  # ids of files that a session may use


class UploadGate:
    """Stands around Streamlit's manager of uploaded files, which knows no limit; any thread may call any method.

    Bytes count from when they arrive until the manager lets them go. A tab that goes over its share loses its own
    oldest file, and when all shares are taken, the tab that holds the most does: one tab cannot shut out another.
    A refusal is an HTTPException.
    """

    def __init__(self, manager: MemoryUploadedFileManager) -> None:
        self._manager = manager
        self._add, self._give = manager.add_file, manager.get_upload_urls
        self._lock = RLock()
        self._given: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_GIVEN))
        self._arriving: dict[tuple[str, str], int] = {}  # session and file → bytes

    def get_upload_urls(self, session_id: str, file_names: Sequence[str]) -> list[UploadFileUrlInfo]:
        """Return an address for each file that an uploader of the session wants to send."""
        given = self._give(session_id, file_names[:_GIVEN])
        with self._lock:
            self._given[session_id].extend(one.file_id for one in given)
        return given

    def begin(self, session_id: str, file_id: str, length: int | None) -> None:
        """Admit a file before its first byte is read, or refuse it; length: bytes that the client announces."""
        with self._lock:
            if file_id not in self._given.get(session_id, ()):
                raise HTTPException(HTTPStatus.NOT_FOUND, "No uploader of this page has asked for this file.")
            if (session_id, file_id) in self._arriving:
                raise HTTPException(HTTPStatus.CONFLICT, "This file is being uploaded already.")
            if length is None:
                raise HTTPException(HTTPStatus.LENGTH_REQUIRED, "An upload has to say how long it is.")
            if length > min(limits.UPLOAD_MEGABYTES * 2**20, limits.session_uploads_bytes()):
                raise _too_large()
            if sum(self._arriving.values()) + length > limits.uploads_bytes():
                raise _busy()
            self._arriving[session_id, file_id] = 0

    def more(self, session_id: str, file_id: str, count: int) -> None:
        """Count bytes that have arrived, and make room for them or refuse them."""
        with self._lock:
            self._arriving[session_id, file_id] = self._arriving.get((session_id, file_id), 0) + count
            self._fit(session_id)

    def end(self, session_id: str, file_id: str) -> None:
        """Forget a file that arrives no longer, whether it was taken or not."""
        with self._lock:
            self._arriving.pop((session_id, file_id), None)

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Take a file that an uploader of the session has asked for."""
        with self._lock:
            if file.file_id not in self._given.get(session_id, ()):
                raise HTTPException(HTTPStatus.NOT_FOUND, "No uploader of this page has asked for this file.")
            self._manager.remove_file(session_id, file.file_id)
            self._arriving[session_id, file.file_id] = len(file.data)
            try:
                self._fit(session_id)
                self._add(session_id, file)
            finally:
                self.end(session_id, file.file_id)

    def release(self, runtime: Runtime) -> None:
        """Let go of what closed tabs have uploaded; Streamlit would keep it for two minutes."""
        with self._lock:
            gone = [one for one in {*self._manager.file_storage, *self._given} if not runtime.is_active_session(one)]
            for session_id in gone:
                self._manager.remove_session_files(session_id)
                self._given.pop(session_id, None)

    def _fit(self, session_id: str) -> None:
        most = limits.session_uploads_bytes()
        while self._bytes(session_id) > most or self._files(session_id) > limits.MOST_UPLOADS:
            if not self._drop_oldest(session_id):
                raise _too_large()
        while sum(map(self._bytes, self._sessions())) > limits.uploads_bytes():
            greediest = max(self._manager.file_storage, key=self._held, default=session_id)
            if self._held(greediest) <= self._bytes(session_id) or not self._drop_oldest(greediest):
                raise _busy()

    def _sessions(self) -> set[str]:
        return {*self._manager.file_storage, *(session for session, _ in self._arriving)}

    def _held(self, session_id: str) -> int:
        return sum(len(file.data) for file in list(self._manager.file_storage.get(session_id, {}).values()))

    def _bytes(self, session_id: str) -> int:
        return self._held(session_id) + sum(size for (one, _), size in self._arriving.items() if one == session_id)

    def _files(self, session_id: str) -> int:
        arriving = sum(one == session_id for one, _ in self._arriving)
        return arriving + len(self._manager.file_storage.get(session_id, {}))

    def _drop_oldest(self, session_id: str) -> bool:
        oldest = next(iter(list(self._manager.file_storage.get(session_id, {}))), None)
        if oldest is not None:
            self._manager.remove_file(session_id, oldest)
        return oldest is not None


def gate_of(runtime: Runtime) -> UploadGate | None:
    """Return the gate around the server's manager of uploads, put there once; None where a host has another manager."""
    manager = runtime.uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        return None
    there = getattr(manager.add_file, "__self__", None)
    if isinstance(there, UploadGate):
        return there
    gate = UploadGate(manager)
    vars(manager).update(add_file=gate.add_file, get_upload_urls=gate.get_upload_urls)
    return gate


def _too_large() -> HTTPException:
    most = min(limits.UPLOAD_MEGABYTES, limits.session_uploads_bytes() / 1e6)
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {most:.0f} MB are taken: send a smaller file.")


def _busy() -> HTTPException:
    return HTTPException(
        HTTPStatus.TOO_MANY_REQUESTS,
        "The server holds as many uploads as it can: try again in a minute.",
        {"Retry-After": "60"},
    )
