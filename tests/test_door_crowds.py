"""What many tabs, or one that never stops talking, may do to the server and to everybody else."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from mmdemo.errors import DatasetError
from mmdemo.ui import demand, visitor
from mmdemo.ui.door.headers import HEADERS
from mmdemo.ui.door.messages import Messages
from mmdemo.ui.once import Once
from mmdemo.ui.pace import Pace
from tests.server import Server, serve
from tests.tab import ask, open_tab

HTML = {"Accept": "text/html,*/*"}


def said(kind: str, value: Any = True) -> bytes:
    message = BackMsg()
    if kind == "rerun_script":
        message.rerun_script.query_string = ""
    else:
        setattr(message, kind, value)
    return message.SerializeToString()


def heard_of(sent: list[bytes]) -> list[bytes]:
    """What of a tab's messages comes through the door."""
    frames: Iterator[dict[str, Any]] = iter(
        [*({"type": "websocket.receive", "bytes": one} for one in sent), {"type": "websocket.disconnect"}]
    )
    heard = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message["bytes"])

    async def receive() -> Any:
        return next(frames)

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(Messages(app)({"type": "websocket", "client": ("10.0.0.1", 1)}, receive, send))
    return heard


def test_the_server_hears_only_what_our_pages_say() -> None:
    ours = [said("rerun_script"), said("stop_script"), said("app_heartbeat")]
    kinds = ("clear_cache", "set_run_on_save", "load_git_info", "debug_disconnect_websocket", "debug_shutdown_runtime")
    assert heard_of([*map(said, kinds), *ours, b""]) == ours


@pytest.mark.parametrize(("payload", "heard"), [("deferred_file", 1), ("dataframe_chunk", 1), ("install_skills", 0)])
def test_a_page_may_ask_for_files_and_rows_only(payload: str, heard: int) -> None:
    message = BackMsg()
    getattr(message.backend_operation_request, payload).SetInParent()
    assert len(heard_of([message.SerializeToString()])) == heard


def test_what_is_no_message_reaches_the_server_which_closes() -> None:
    assert heard_of([b"\xff\xff"]) == [b"\xff\xff"]


def test_a_pace_lets_a_burst_pass_and_then_so_many_a_second() -> None:
    time = [0.0]
    pace = Pace(rate=2, burst=4, now=lambda: time[0])
    assert [pace.delay("a") for _ in range(6)] == [0, 0, 0, 0, 0.5, 1.0]
    assert pace.delay("b") == 0
    time[0] = 3.0
    assert pace.delay("a") == 0
    time[0] = 1000.0
    assert [pace.delay("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_a_pace_takes_nothing_from_who_does_not_wait() -> None:
    pace = Pace(rate=1, burst=2, now=lambda: 0.0)
    assert [pace.delay("a", 5, patience=2) for _ in range(3)] == [3, 3, 3]
    assert pace.delay("a", 2, patience=2) == 0


def test_a_pace_forgets_who_came_long_ago() -> None:
    pace = Pace(rate=1, burst=1, now=lambda: 0.0)
    for i in range(20_000):
        pace.delay(str(i))
    assert len(pace._full) == 10_000


def test_what_there_is_once_is_made_once() -> None:
    made: list[int] = []
    one = Once(lambda: made.append(1) or object())  # type: ignore[func-returns-value]
    assert one() is one() and made == [1]
    one.clear()
    one()
    assert made == [1, 1]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_tab_that_never_stops_talking_does_not_stop_the_server() -> None:
    with serve() as server, open_tab(server.url) as tab:
        tab.wait()
        for _ in range(300):
            tab.socket.send(said("rerun_script"))
        before = psutil.Process(server.pid).cpu_times().user
        assert ask(server.url, "GET", "/_stcore/health").status == HTTPStatus.OK
        assert psutil.Process(server.pid).cpu_times().user - before < 3  # 40 where each message counted at once


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_many_tabs_that_close_leave_little_behind() -> None:
    with serve() as server:
        process, after = psutil.Process(server.pid), list[int]()
        for _ in range(2):
            for _ in range(25):
                with open_tab(server.url) as tab:
                    tab.wait()
            after.append(process.num_fds())
        assert after[-1] - after[0] < 15  # 75 where each closed tab is kept for two minutes
        with open_tab(server.url) as tab:
            tab.wait()
        assert "Traceback" not in server.log()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_server_offers_nothing_that_no_page_uses() -> None:
    with serve() as server:
        for path in ("_stcore/metrics", "_stcore/agent/openapi.json", "auth/login", "oauth2callback?code=1"):
            answer = ask(server.url, "GET", f"/{path}")
            assert (answer.status, answer.text) == (HTTPStatus.NOT_FOUND, "There is nothing here.")
            assert HEADERS.items() <= {name: answer.headers.get(name.lower()) for name in HEADERS}.items()
        assert "external" not in server.log()  # the address, which Streamlit would ask another host for


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("MMDEMO_TABS", "6")
    with serve() as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_an_address_has_half_of_the_tabs(few: Server) -> None:
    with ExitStack() as tabs:
        for _ in range(3):
            tabs.enter_context(open_tab(few.url))
        with pytest.raises(InvalidStatus) as refused, open_tab(few.url):
            pass
        assert refused.value.response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        page = ask(few.url, "GET", "/train", HTML)
        assert page.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert page.text.startswith("As many tabs are open from your network as this server allows.")
        assert page.headers["retry-after"] == "60"
        other = ask(few.url, "GET", "/train", {**HTML, "X-Forwarded-For": "192.0.2.7"})  # as a proxy on this host says
        assert other.status == HTTPStatus.OK
    assert ask(few.url, "GET", "/train", HTML).status == HTTPStatus.OK
    assert "Traceback" not in few.log()


def test_an_address_has_so_many_pairs_drawn_and_then_waits_or_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(demand, "time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr(demand, "_pairs", Once(lambda: Pace(rate=120, burst=12_000, now=lambda: 0.0)))
    monkeypatch.setattr(visitor, "address", lambda: "192.0.2.7")
    for _ in range(6):
        demand.wait(2_400)
    assert slept == [0, 0, 0, 0, 0, 20]
    with pytest.raises(DatasetError, match=r"Much new data was drawn for your network lately\. Try again in 20 s"):
        demand.wait(2_400)
    monkeypatch.setattr(visitor, "address", lambda: "192.0.2.8")
    demand.wait(2_400)
    assert slept[-1] == 0
