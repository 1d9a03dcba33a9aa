"""The gate of uploads, without a server: ids, shares, and who gives way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mmdemo.storage import limits
from mmdemo.ui.door.upload_gate import UploadGate
from mmdemo.ui.door.uploads import _length

KB = 1000


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kilobytes instead of megabytes: 60 for a tab, 120 for all."""
    monkeypatch.setenv("MMDEMO_SESSION_UPLOADS_MB", "0.06")
    monkeypatch.setenv("MMDEMO_UPLOADS_MB", "0.12")


class Uploader:
    """A gate and what stands behind it."""

    def __init__(self) -> None:
        self.manager = MemoryUploadedFileManager("/upload")
        self.gate = UploadGate(self.manager)

    def asked(self, session: str) -> str:
        return self.gate.get_upload_urls(session, ["a.png"])[0].file_id

    def send(self, session: str, size: int, file_id: str = "") -> str:
        file_id = file_id or self.asked(session)
        self.gate.begin(session, file_id, size)
        try:
            self.gate.more(session, file_id, size)
            self.gate.add_file(session, UploadedFileRec(file_id, "a.png", "image/png", b"\0" * size))
        finally:
            self.gate.end(session, file_id)
        return file_id

    def held(self, *sessions: str) -> int:
        chosen = sessions or self.manager.file_storage.keys()
        return sum(len(file.data) for one in chosen for file in self.manager.file_storage.get(one, {}).values())


def status_of(call: object, *arguments: object) -> int:
    with pytest.raises(HTTPException) as refused:
        call(*arguments)  # type: ignore[operator]
    assert refused.value.detail.endswith(".")
    return refused.value.status_code


def test_only_a_file_that_an_uploader_asked_for_is_taken() -> None:
    one = Uploader()
    assert status_of(one.send, "a", KB, "made-up") == 404
    assert status_of(one.send, "a", KB, one.asked("b")) == 404
    assert status_of(one.gate.add_file, "a", UploadedFileRec("x", "a.png", "image/png", b"")) == 404


def test_a_file_that_does_not_say_its_length_or_is_too_long_is_refused_before_it_is_read() -> None:
    one = Uploader()
    assert status_of(one.gate.begin, "a", one.asked("a"), None) == 411
    assert status_of(one.gate.begin, "a", one.asked("a"), 61 * KB) == 413
    assert one.held() == 0


def test_more_than_was_announced_is_counted() -> None:
    one = Uploader()
    file_id = one.asked("a")
    one.gate.begin("a", file_id, KB)
    assert status_of(one.gate.more, "a", file_id, 61 * KB) == 413


def test_a_tab_that_sends_on_and_on_loses_its_own_oldest_file() -> None:
    one = Uploader()
    sent = [one.send("a", 25 * KB) for _ in range(4)]
    assert list(one.manager.file_storage["a"]) == sent[-2:]


def test_a_tab_holds_a_few_files_at_most() -> None:
    one = Uploader()
    for _ in range(10):
        one.send("a", 1)
    assert len(one.manager.file_storage["a"]) == limits.MOST_UPLOADS


def test_the_same_file_sent_again_takes_the_place_of_the_first() -> None:
    one = Uploader()
    file_id = one.send("a", 40 * KB)
    one.send("a", 40 * KB, file_id)
    assert one.held() == 40 * KB


def test_the_same_file_is_not_sent_twice_at_once() -> None:
    one = Uploader()
    file_id = one.asked("a")
    one.gate.begin("a", file_id, KB)
    assert status_of(one.gate.begin, "a", file_id, KB) == 409


def test_whoever_holds_most_gives_way_and_nobody_is_shut_out() -> None:
    one = Uploader()
    for flood in ("a", "b"):
        for _ in range(3):
            one.send(flood, 20 * KB)
    one.send("guest", 15 * KB)
    assert one.held("guest") == 15 * KB
    assert one.held() <= 120 * KB


def test_files_that_never_come_to_an_end_are_bounded_too() -> None:
    one = Uploader()
    for session in ("a", "b"):
        file_id = one.asked(session)
        one.gate.begin(session, file_id, 55 * KB)
        one.gate.more(session, file_id, 55 * KB)
    assert status_of(one.gate.begin, "c", one.asked("c"), 15 * KB) == 429


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 70 * KB)), max_size=40))
def test_whatever_is_sent_the_shares_hold(sent: list[tuple[str, int]]) -> None:
    one = Uploader()
    for session, size in sent:
        try:
            one.send(session, size)
        except HTTPException as refusal:
            assert refusal.status_code in (413, 429)
        assert one.held(session) <= 60 * KB
        assert one.held() <= 120 * KB


def test_shares_hold_when_many_send_at_once() -> None:
    one = Uploader()

    def send(i: int) -> None:
        try:
            one.send(f"{i % 5}", 30 * KB)
        except HTTPException as refusal:
            assert refusal.status_code in (413, 429)
        assert one.held() <= 120 * KB

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(200)))


def test_a_closed_tab_leaves_nothing() -> None:
    class Open:
        def is_active_session(self, session: str) -> bool:
            return session == "b"

    one = Uploader()
    one.send("a", KB)
    one.send("b", KB)
    one.gate.release(Open())  # type: ignore[arg-type]
    assert list(one.manager.file_storage) == ["b"]
    assert status_of(one.send, "a", KB, "a") == 404


@pytest.mark.parametrize(
    ("said", "length"), [(b"12", 12), (b"", None), (b"-1", None), ("²".encode(), None), (b"9" * 5_000, None)]
)
def test_the_length_that_a_client_says(said: bytes, length: int | None) -> None:
    assert _length({"type": "http", "headers": [(b"content-length", said)]}) == length
