"""The server's door, by the requests of browsers and of others: headers, the cookie, uploads, the end."""

import os
import re
import signal
import socket
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from playwright.sync_api import Page, expect

from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage import limits
from mmdemo.storage.folders import runs_dir
from mmdemo.ui.door.headers import HEADERS
from tests.browser import open_page
from tests.server import AS_A_PLAIN_SCRIPT, ROOT, Server, serve
from tests.tab import XSRF, Tab, ask, open_tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

COOKIE = "fusion_lab_visitor"
GIVEN = re.compile(rf"{COOKIE}=([\w-]{{16}}); Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax")


@pytest.fixture(scope="module")
def door() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def tab(door: Server) -> Iterator[Tab]:
    with open_tab(door.url) as opened:
        yield opened


def eventually(holds: object, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("path", ["/", "/train", "/_stcore/health", "/media/none.png", "/static/none.js"])
def test_every_answer_has_the_headers(door: Server, path: str) -> None:
    answer = ask(door.url, "GET", path)
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS


def test_a_page_gives_a_name_that_no_script_can_read(door: Server) -> None:
    first, second = (ask(door.url, "GET", "/").headers["set-cookie"] for _ in range(2))
    assert GIVEN.fullmatch(first) and GIVEN.fullmatch(second) and first != second


@pytest.mark.parametrize("kept", ["abcDEF-_01234567", "studies", "x" * 17, '"; Path=/evil', "a=b=c;;;"])
def test_a_page_keeps_a_name_that_we_can_have_given(door: Server, kept: str) -> None:
    given = GIVEN.fullmatch(ask(door.url, "GET", "/", {"Cookie": f"{COOKIE}={kept}"}).headers["set-cookie"])
    assert given is not None
    assert (given[1] == kept) == (kept == "abcDEF-_01234567")


@pytest.mark.parametrize(
    "others", ['prefs={"theme":"dark"}; {}', "name=John Smith; {}", "{}; foo", "{}; a[b]=1", "=; ;{};x", '{}; q="a']
)
def test_a_foreign_cookie_of_the_host_does_not_hide_the_name(door: Server, others: str) -> None:
    carried = others.replace("{}", f"{COOKIE}=abcDEF-_01234567")
    given = GIVEN.fullmatch(ask(door.url, "GET", "/", {"Cookie": carried}).headers["set-cookie"])
    assert given is not None and given[1] == "abcDEF-_01234567"


def test_a_page_that_the_browser_has_already_gives_the_name_too(door: Server) -> None:
    etag = ask(door.url, "GET", "/").headers["etag"]
    again = ask(door.url, "GET", "/", {"If-None-Match": etag, "Accept": "text/html,*/*"})
    assert again.status == 304
    assert GIVEN.fullmatch(again.headers["set-cookie"])


def test_behind_tls_the_cookie_stays_there(door: Server) -> None:
    answer = ask(door.url, "GET", "/", {"X-Forwarded-Proto": "https"})
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_an_upload_is_taken_where_an_uploader_asked_for_it(tab: Tab) -> None:
    assert tab.put(tab.address(), 1).status == 204
    refused = tab.put(f"/_stcore/upload_file/{tab.session}/made-up", 1)
    assert (refused.status, refused.text) == (404, "No uploader of this page has asked for this file.")


def test_another_tab_can_upload_nothing_for_it(door: Server, tab: Tab) -> None:
    with open_tab(door.url) as other:
        file_id = other.address().rpartition("/")[2]
        assert other.put(f"/_stcore/upload_file/{tab.session}/{file_id}", 1).status == 404


def wait_until_at_rest(server: psutil.Process) -> None:
    """Wait until two seconds pass in which the server does nothing: before it imports, it waits for less."""
    used = -1.0
    while (now := server.cpu_times().user) - used > 0.05:
        used = now
        time.sleep(2)


def test_a_file_over_the_limit_is_refused_before_it_is_read(door: Server, tab: Tab) -> None:
    tab.wait()
    server = psutil.Process(door.pid)
    tab.put(tab.address(), 1)
    wait_until_at_rest(server)  # so that what the pages import in the background is not counted
    before, cpu = server.memory_info().rss, server.cpu_times().user
    refused = tab.put(tab.address(), 195)
    assert refused.status == 413
    assert refused.text == "At most 50 MB are taken: send a smaller file."
    assert tab.put(tab.address(), 195, chunked=True).status in (400, 411)
    assert server.memory_info().rss - before < 60e6
    assert server.cpu_times().user - cpu < 3


def test_uploads_at_once_and_again_and_again_stay_within_the_share(door: Server, tab: Tab) -> None:
    tab.wait()
    server = psutil.Process(door.pid)
    tab.put(tab.address(), 40)
    before = server.memory_info().rss
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda address: tab.put(address, 40), tab.addresses(12)))
    assert {one.status for one in answers} <= {204, 413, 429}
    assert server.memory_info().rss - before < 150e6


def test_the_limits_agree() -> None:
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]
    assert server["maxUploadSize"] == limits.UPLOAD_MEGABYTES
    assert MAX_BYTES <= limits.UPLOAD_MEGABYTES * 2**20
    assert server["maxUploadSize"] * 2**20 <= limits.session_uploads_bytes() <= limits.uploads_bytes()


def test_a_limit_that_is_no_number_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_UPLOADS_MB", "lots")
    with pytest.raises(RuntimeError, match=r"Got MMDEMO_UPLOADS_MB='lots', but expected a number"), serve():
        pass


def test_the_server_ends_within_ten_seconds_though_an_upload_never_comes_to_an_end() -> None:
    with serve() as server, open_tab(server.url) as tab, socket.socket() as half:
        half.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        head = f"PUT {tab.address()} HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\nX-Xsrftoken: {tab.token}\r\n"
        head += f"Cookie: {XSRF}={tab.token}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
        half.sendall(f"{head}--x".encode())
        os.kill(server.pid, signal.SIGTERM)
        assert eventually(lambda: psutil.Process(server.pid).status() == psutil.STATUS_ZOMBIE, 10)


def test_a_host_that_starts_a_plain_script_bounds_uploads_too() -> None:
    with serve(before=AS_A_PLAIN_SCRIPT) as server, open_tab(server.url) as tab:
        assert "content-security-policy" not in ask(server.url, "GET", "/").headers
        tab.wait()
        assert tab.put(tab.address(), 1).status == 204
        assert tab.put(f"/_stcore/upload_file/{tab.session}/made-up", 1).status == 404


@pytest.mark.browser
def test_what_trains_ends_with_the_server(page: Page) -> None:
    with serve() as server:
        open_page(page, f"{server.url}/train?dataset=homonyms&n=2400")
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_text(re.compile("Training for"))).to_have_count(1)
        process = psutil.Process(server.pid)
        children = process.children(recursive=True)
        assert children
        process.terminate()
        gone = [process, *children]
        assert eventually(lambda: all(not one.is_running() or one.status() == psutil.STATUS_ZOMBIE for one in gone), 10)
    assert list(runs_dir().glob(".*")) == []  # nothing half written
