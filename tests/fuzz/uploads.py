"""The gate of uploads under any sequence of calls: what it holds stays within its shares, and nothing is left over."""

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mmdemo.storage import limits
from mmdemo.ui.door.cookie import _cookie
from mmdemo.ui.door.upload_gate import UploadGate
from mmdemo.ui.door.uploads import _UPLOAD, _length
from mmdemo.ui.visitor_name import COOKIE
from tests.fuzz.target import Reader, Target

_SESSIONS = ("a", "b", "c")
_UNIT = 500  # bytes; 60 kB for a tab and 120 for all


class Visitors:
    """A gate, three tabs, and the calls that the server may make in any order."""

    def __init__(self) -> None:
        self.manager = MemoryUploadedFileManager("/upload")
        self.gate = UploadGate(self.manager)
        self.files: dict[str, list[str]] = {one: ["made-up"] for one in _SESSIONS}
        self.active = set(_SESSIONS)

    def act(self, what: int, session: str, which: int, size: int) -> None:
        """Make one call; a refusal is an HTTPException with a sentence."""
        file_id = self.files[session][which % len(self.files[session])]
        try:
            self._act(what, session, file_id, size)
        except HTTPException as refusal:
            assert 400 <= refusal.status_code < 500 and refusal.detail.endswith((".", ". "))
        self.check()

    def _act(self, what: int, session: str, file_id: str, size: int) -> None:
        match what % 8:
            case 0:
                given = self.gate.get_upload_urls(session, ["a.png"] * (1 + size % 3))
                self.files[session] += [one.file_id for one in given]
            case 1 | 2:
                self.gate.begin(session, file_id, size * _UNIT if size else None)
            case 3:
                self.gate.more(session, file_id, size * _UNIT)
            case 4:
                self.gate.end(session, file_id)
            case 5:
                self.gate.add_file(session, UploadedFileRec(file_id, "a.png", "image/png", bytes(size * _UNIT)))
            case 6:
                self.manager.remove_file(session, file_id)
            case _:
                self.active ^= {session}
                self.release()

    def release(self) -> None:
        """Let go of the tabs that are closed."""
        runtime: Any = SimpleNamespace(is_active_session=self.active.__contains__)
        self.gate.release(runtime)

    def check(self) -> None:
        """Raise an AssertionError where more is held than is allowed."""
        held = {one: sum(len(file.data) for file in files.values()) for one, files in self.manager.file_storage.items()}
        assert max(held.values(), default=0) <= limits.session_uploads_bytes()
        assert sum(held.values()) <= limits.uploads_bytes()
        assert all(len(files) <= limits.MOST_UPLOADS for files in self.manager.file_storage.values())
        assert all(size >= 0 for size in self.gate._arriving.values())

    def leave(self) -> None:
        """Close all tabs, as their requests end; nothing may be left."""
        for session, file_id in list(self.gate._arriving):
            self.gate.end(session, file_id)
        self.active.clear()
        self.release()
        assert not self.manager.file_storage and not self.gate._given and not self.gate._arriving


def _read(folder: Path) -> Reader:
    os.environ |= {"MMDEMO_SESSION_UPLOADS_MB": "0.06", "MMDEMO_UPLOADS_MB": "0.12"}

    def read(data: bytes) -> None:
        _read_header(data)
        visitors = Visitors()
        for at in range(0, len(data) - 3, 4):
            visitors.act(data[at], _SESSIONS[data[at + 1] % 3], data[at + 2], data[at + 3])
        visitors.leave()

    return read


def _read_header(data: bytes) -> None:
    """Read the bytes as a request's length, path and cookie."""
    length = _length({"type": "http", "headers": [(b"content-length", data)]})
    assert length is None or length >= 0
    _UPLOAD.fullmatch(data.decode("latin-1"))
    given = _cookie(Headers(raw=[(b"cookie", data)]), "http")
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{16}}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", given, re.ASCII)


def _seeds() -> list[bytes]:
    send = bytes([0, 0, 0, 0, 1, 0, 1, 50, 3, 0, 1, 50, 5, 0, 1, 50, 4, 0, 1, 0])
    others = (
        send.replace(b"\0\0\0\0", b"\0\1\0\1"),
        bytes([0, 2, 0, 2, 5, 2, 1, 110, 5, 2, 2, 110, 5, 2, 2, 20, 7, 2, 0, 0]),
    )
    return [
        send * 3,
        *others,
        send + b"".join(others) * 5,
        b"12345",
        b"9" * 5_000,
        b"/_stcore/upload_file/a/b",
        f"a=1; {COOKIE}={'v' * 16}".encode(),
    ]


UPLOADS = Target(_read, _seeds, (b"\0\0\0\2", b"\5\1\1\x6e", b"\3\0\1\xff"), cpu=2, megabytes=20, longest=6_000)
