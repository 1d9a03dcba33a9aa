"""Two visitors of one server: what one brings the other cannot reach, and what one deletes is gone."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import Session
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.own_data import OwnDataFolders
from tests.picture_files import encoded
from tests.server import Server, serve
from tests.tab import Answer, ask, open_tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

ANN, BOB = (f"fusion_lab_visitor={name}-0123456789ab" for name in ("ann", "bob"))
OURS = {"X-Fusion-Lab": "1"}


class Watched(Session):
    """A session that also knows the addresses of the images that its page has shown."""

    media: frozenset[str] = frozenset()

    def _heard(self) -> Iterator[ForwardMsg]:
        for heard in super()._heard():
            found = re.findall(rb"/media/[0-9a-f]+\.\w+", heard.SerializeToString())
            self.media |= {address.decode() for address in found}
            yield heard


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of runs, of caches and of temporary files for the server alone."""
    folder = tmp_path_factory.mktemp("place")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RUNS", "CACHE"):
            patch.setenv(f"MMDEMO_{name}_DIR", str(folder / name.lower()))
        yield folder


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Server]:
    with serve() as running:
        yield running


@contextmanager
def watched(server: Server, page: str, cookie: str) -> Iterator[Watched]:
    with open_tab(server.url, cookie) as tab:
        tab.wait()
        session = Watched(tab)
        session.visit(page)
        yield session


def send(server: Server, method: str, path: str, cookie: str, body: bytes | None = None, **more: str) -> Answer:
    return ask(server.url, method, f"/own-data/{path}", {"Cookie": cookie, **OURS, **more}, body)


def begun(server: Server, cookie: str = ANN) -> str:
    return str(json.loads(send(server, "POST", "new", cookie, b'{"name": "shop"}').text)["id"])


def files(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


def test_data_comes_in_pieces(server: Server) -> None:
    data_id = begun(server)
    put = [send(server, "PUT", f"{data_id}/{offset}", ANN, b"abc") for offset in (0, 0, 7, 3)]
    said = [(answer.status, json.loads(answer.text)["length"]) for answer in put]
    assert said == [(200, 3), (200, 3), (409, 3), (200, 6)]
    assert json.loads(send(server, "GET", data_id, ANN).text) == {"length": 6, "arrived": False}
    assert send(server, "PUT", f"{data_id}/6", ANN, b"a" * 2_000_001).status == 413
    assert send(server, "PATCH", data_id, ANN).status == 405
    assert json.loads(send(server, "POST", f"{data_id}/done", ANN).text) == {"length": 6, "arrived": True}
    assert send(server, "PUT", f"{data_id}/6", ANN, b"abc").status == 413
    assert OwnDataFolders().source(data_id).read_bytes() == b"abcabc"


@pytest.mark.parametrize(("method", "path"), [("PUT", "/0"), ("GET", ""), ("POST", "/done"), ("DELETE", "")])
def test_nobody_else_gets_at_what_arrives(server: Server, method: str, path: str) -> None:
    data_id = begun(server)
    assert send(server, method, data_id + path, BOB, b"abc").status == 404
    assert send(server, method, data_id + path, "", b"abc").status == 403
    assert ask(server.url, method, f"/own-data/{data_id}{path}", {"Cookie": ANN}, b"abc").status == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert send(server, method, data_id + path, ANN, b"abc", **foreign).status == 403
    assert send(server, "DELETE", data_id, ANN).status == 200
    assert send(server, "GET", data_id, ANN).status == 404


def test_images_are_for_those_who_were_shown_them(server: Server) -> None:
    with watched(server, "data", ANN) as ann:
        address = min(ann.media)
        assert [ask(server.url, "GET", address, {"Cookie": who}).status for who in (ANN, BOB, "")] == [200, 404, 404]
        with watched(server, "data", BOB):
            assert ask(server.url, "GET", address, {"Cookie": BOB}).status == 200


def test_what_is_deleted_is_gone_at_once(server: Server, place: Path) -> None:
    before = files(place)
    with watched(server, "classify", ANN) as ann, watched(server, "classify", ANN) as other:
        data_id = begun(server)
        send(server, "PUT", f"{data_id}/0", ANN, b"abc")
        ann.set("source", string_array_value=["Upload"])
        shown = ann.media
        ann.upload("upload", "secret.png", encoded(Image.new("RGB", (60, 40), (9, 8, 7)), "PNG"))
        new = [one for one in ann.media - shown if ask(server.url, "GET", one, {"Cookie": ANN}).status == 200]
        assert new
        other.set("caption", string_value="a secret")
        ann.set("delete_my_data", trigger_value=True)
        ann.set("delete_all", trigger_value=True)
        assert not ann.errors
        assert {ask(server.url, "GET", one, {"Cookie": ANN}).status for one in new} == {404}
        assert send(server, "GET", data_id, ANN).status == 404
        other.visit("data")
        assert not other.errors
    assert not files(place) - before - {one for one in files(place) if one.startswith("cache")}


def test_a_killed_server_leaves_nothing_half_done(place: Path) -> None:
    before = files(place)
    with serve() as running:
        data_id = begun(running)
        send(running, "PUT", f"{data_id}/0", ANN, b"abc")
        runs = RunFolders(place / "runs")
        runs.remember("A" * 22, {"visitor": "ann-0123456789ab", "private": True})
        (place / "runs" / f".{'A' * 22}-half").mkdir()
        os.kill(running.pid, signal.SIGKILL)
    with serve():
        assert files(place) == before
