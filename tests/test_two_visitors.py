"""Two visitors of one server: what one brings the other cannot reach, and what one deletes is gone."""

import io
import json
import os
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import Session
from mmdemo.datasets import working_copy
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.ui import access, private_links
from tests import process_memory, secret_shop
from tests.picture_files import encoded
from tests.secret_shop import CAPTION, FILE, LABEL, SECRET, TABLE
from tests.server import Server, serve
from tests.tab import Answer, ask, open_tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ANN, BOB = (f"fusion_lab_visitor={name}-0123456789ab" for name in ("ann", "bob"))
OURS = {"X-Fusion-Lab": "1"}
PAGES = ("", "data", "preprocess", "features", "train", "evaluate", "classify", "models")
PATIENCE = 100.0  # seconds


class Watched(Session):
    """A session that also keeps every byte that the server has sent to it."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sent = bytearray()

    def _heard(self) -> Iterator[ForwardMsg]:
        while True:
            message = self.tab.socket.recv(PATIENCE)
            self.sent += bytes(message)  # type: ignore[arg-type]
            yield ForwardMsg.FromString(message)

    @property
    def media(self) -> frozenset[str]:
        """The addresses of the images that its page has shown."""
        return frozenset(found.decode() for found in re.findall(rb"/media/[0-9a-f]+\.\w+", self.sent))

    def secrets(self) -> set[str]:
        """Of what it was sent, the words that only the shop's listings have."""
        return {one.decode() for one in re.findall(rb"xylo(?:cap|lab|file|table|shop)", bytes(self.sent).lower())}

    def until(self, key: str) -> None:
        """Run the page again until it has this widget."""
        end = time.monotonic() + PATIENCE
        while not any(one.id.endswith(f"-{key}") for one in self.elements.values()):
            assert time.monotonic() < end, f"no {key}: {self.errors}"
            time.sleep(0.2)
            self.refresh()


@dataclass(frozen=True)
class Shop:
    """Ann's data and the model that she has trained on it: their ids, and what her pages have shown of them."""

    data: str
    model: str
    pair: str
    media: frozenset[str]

    @property
    def query(self) -> str:
        return f"dataset={self.data}&model={self.model}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of runs, of caches and of temporary files for the server alone."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RUNS", "CACHE"):
            patch.setenv(f"MMDEMO_{name}_DIR", str(folder / name.lower()))
        patch.setenv("TMPDIR", str(folder / "tmp"))
        yield folder


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's process answers a test."""
    return tmp_path_factory.mktemp("answers") / "answer"


@pytest.fixture(scope="module")
def server(place: Path, answer: Path) -> Iterator[Server]:
    listen = f"from tests.process_memory import listen; listen({str(answer)!r}, {SECRET[::-1]!r})"
    with serve(before=listen) as running:
        yield running


@pytest.fixture(scope="module")
def before(server: Server, place: Path) -> set[str]:
    """The files of a server whose pages have all been opened."""
    with watched(server, "", BOB) as bob:
        for page in PAGES:
            bob.visit(page)
    return files(place)


@pytest.fixture(scope="module")
def shop(server: Server, before: set[str], stamps_dir: Path) -> Shop:
    """Ann has brought her listings, trained on them, and looked at every page."""
    data_id = secret_shop.send(server.url, ANN, secret_shop.pack())
    with watched(server, "data", ANN, f"dataset={data_id}") as ann:
        prepare(ann)
        shown = ann.media
        ann.visit("train", f"dataset={data_id}")
        ann.set("quick_image_encoder", string_value="Nothing")
        ann.set("train", trigger_value=True)
        run = re.findall(r"run=([\w-]+)", ann.query)[0]
        end = time.monotonic() + PATIENCE
        while not RunFolders(OwnDataFolders().directory.parent).holds(run):
            assert time.monotonic() < end, ann.errors
            time.sleep(0.2)
        pair = str(working_copy.read(OwnDataFolders().copy(data_id)).frame.index[0])
        made = Shop(data_id, run, pair, shown)
        for page in PAGES:
            ann.visit(page, made.query)
        ann.visit("classify", f"{made.query}&of=model&pair={pair}")
        ann.visit("data", f"{made.query}&view=Quality")
        assert ann.secrets() >= {word.lower() for word in (CAPTION, LABEL, FILE, secret_shop.NAME)}
        return made


@contextmanager
def watched(server: Server, page: str, cookie: str, query: str = "") -> Iterator[Watched]:
    with open_tab(server.url, cookie) as tab:
        tab.wait()
        session = Watched(tab)
        session.visit(page, query)
        yield session


def prepare(session: Watched) -> None:
    """Accept the columns that were found, and wait until the data can be used."""
    session.until("use_data")
    session.set("use_data", trigger_value=True)
    session.until("change_columns")


def delete_all(session: Watched) -> None:
    session.set("delete_my_data", trigger_value=True)
    session.set("delete_all", trigger_value=True)
    assert not session.errors


def send(server: Server, method: str, path: str, cookie: str, body: bytes | None = None, **more: str) -> Answer:
    return ask(server.url, method, f"/own-data/{path}", {"Cookie": cookie, **OURS, **more}, body)


def begun(server: Server, cookie: str = ANN) -> str:
    return str(json.loads(send(server, "POST", "new", cookie, b'{"name": "shop"}').text)["id"])


def files(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


def status(server: Server, addresses: frozenset[str], cookie: str) -> set[int]:
    return {ask(server.url, "GET", address, {"Cookie": cookie}).status for address in addresses}


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
    OwnDataFolders().discard(data_id)


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


def test_another_visitor_is_sent_nothing_of_it(server: Server, shop: Shop) -> None:
    with watched(server, "", BOB) as bob:
        for page in PAGES:
            for query in (f"dataset={shop.data}", f"{shop.query}&run={shop.model}&edits=e1&of=model&pair={shop.pair}"):
                bob.visit(page, query)
                assert private_links.DATA in bob.errors, page
                assert (access.PRIVATE in bob.errors) == ("model" in query), page
                assert shop.data not in bob.query and shop.model not in bob.query
        assert bob.secrets() == set()
        assert not bob.media & shop.media and status(server, shop.media, BOB) == {404}
    assert status(server, shop.media, "") == {404}
    assert send(server, "GET", shop.data, BOB).status == 404


def test_a_download_is_for_whose_page_offers_it(server: Server, shop: Shop) -> None:
    with watched(server, "models", ANN, shop.query) as ann, watched(server, "models", BOB) as bob:
        offered = ann.widget("download_model").deferred_file_id
        got = {whose: _file(session, offered) for whose, session in ((ANN, ann), (BOB, bob))}
        assert all(got.values())
        assert ask(server.url, "GET", got[ANN], {"Cookie": ANN}).text.startswith("PK")
        assert ask(server.url, "GET", got[BOB], {"Cookie": BOB}).status == 404
        assert bob.secrets() == set()


def _file(session: Watched, file_id: str) -> str:
    """Ask for a download as the browser does, and return its address."""
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id, asked.session_id, asked.deferred_file.file_id = "1", session.tab.session, file_id
    session.tab.socket.send(message.SerializeToString())
    answered = next(one for one in session._heard() if one.HasField("backend_operation_response"))
    assert not answered.backend_operation_response.error_msg
    return str(answered.backend_operation_response.deferred_file.url)


def test_a_shared_model_shows_no_pair(server: Server, shop: Shop) -> None:
    with watched(server, "models", ANN, shop.query) as ann:
        ann.set("share_model", trigger_value=True)
        assert not any(one.id.endswith("share_model") for one in ann.elements.values())
    with watched(server, "", BOB) as bob:
        for page in PAGES:
            bob.visit(page, f"model={shop.model}&of=model&pair={shop.pair}")
            assert access.PRIVATE not in bob.errors
        bob.visit("data", shop.query)
        assert private_links.DATA in bob.errors
        assert bob.secrets() == {LABEL.lower(), secret_shop.NAME.lower()}, "what the button says, and no more"
        assert status(server, shop.media, BOB) == {404}
        bob.visit("models", f"model={shop.model}")
        bob.set("viewed", string_value=next(one for one in bob.widget("viewed").options if secret_shop.NAME in one))
        address = _file(bob, bob.widget("download_model").deferred_file_id)
        taken = _unpacked(urlopen(Request(server.url + address, headers={"Cookie": BOB})).read())
        assert CAPTION.lower() in taken and FILE.lower() not in taken and TABLE.lower() not in taken


def _unpacked(content: bytes) -> str:
    """Return all that a zip holds, in small letters, also what lies in zips within it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.replace(b"\0", b"").decode("latin-1").lower()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return " ".join(_unpacked(file.read(name)) for name in file.namelist())


def test_what_is_deleted_while_it_is_in_use_is_gone_at_once(
    server: Server, shop: Shop, before: set[str], place: Path, answer: Path
) -> None:
    with watched(server, "data", ANN, shop.query) as ann, watched(server, "train", BOB) as bob:
        ann.set("share_data", trigger_value=True)
        with watched(server, "data", BOB, f"dataset={shop.data}") as looking:
            assert {CAPTION.lower(), LABEL.lower()} <= looking.secrets()
            shown = looking.media & shop.media
            assert shown and status(server, shown, BOB) == {200}
            half = _busy(server, ann, bob, shop)
            delete_all(ann)
            assert {*status(server, shop.media, ANN), *status(server, shown, BOB)} == {404}
            assert send(server, "GET", half, ANN).status == 404
            assert files(place) - before == set()
            looking.refresh()
            assert looking.errors == [private_links.GONE]
            bob.refresh()
            assert any("what it needs was deleted" in said for said in bob.errors)
            bob.visit("models", f"model={shop.model}")
            assert any("no longer here" in said for said in bob.errors)
            assert process_memory.ask(server.pid, signal.SIGUSR1, answer) == []
    assert files(place) - before == set()
    assert SECRET not in server.log().lower()


def _busy(server: Server, ann: Watched, bob: Watched, shop: Shop) -> str:
    """Have both train, classify a table, read more data and send some; return the id of what has half arrived."""
    ann.visit("classify", f"{shop.query}&ask=table")
    ann.set("classify_table", trigger_value=True)
    for session in (ann, bob):
        session.visit("train", f"dataset={shop.data}")
        session.set("seed", int_value=7)
        session.set("train", trigger_value=True)
        assert "run=" in session.query
    ann.visit("data", f"dataset={secret_shop.send(server.url, ANN, secret_shop.pack())}")
    half = begun(server)
    send(server, "PUT", f"{half}/0", ANN, b"abc")
    return half


def test_uploads_and_other_tabs_are_forgotten(server: Server) -> None:
    with watched(server, "classify", ANN) as ann, watched(server, "classify", ANN) as other:
        ann.set("source", string_array_value=["Upload"])
        shown = ann.media
        ann.upload("upload", "secret.png", encoded(Image.new("RGB", (60, 40), (9, 8, 7)), "PNG"))
        new = frozenset(one for one in ann.media - shown if status(server, frozenset([one]), ANN) == {200})
        assert new
        other.set("caption", string_value="a secret")
        delete_all(ann)
        assert status(server, new, ANN) == {404}
        other.visit("data")
        assert not other.errors


def test_what_has_expired_is_forgotten(server: Server, before: set[str], place: Path, answer: Path) -> None:
    table, packed = ["title,kind"], io.BytesIO()
    table += [f"{CAPTION} number {place} {kind},{LABEL} {kind}" for kind in ("red", "blue") for place in range(12)]
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(f"{FILE}.csv", "\n".join(table))
    data_id = secret_shop.send(server.url, ANN, packed.getvalue())
    folder = OwnDataFolders().folder(data_id)
    with watched(server, "data", ANN, f"dataset={data_id}") as ann:
        prepare(ann)
        assert process_memory.ask(server.pid, signal.SIGUSR1, answer)
        for path in [*folder.rglob("*"), folder]:
            os.utime(path, (1e9, 1e9))
        process_memory.ask(server.pid, signal.SIGUSR2, answer)
        assert files(place) - before == set()
        ann.refresh()
        assert ann.errors[:1] == [private_links.GONE]
        assert process_memory.ask(server.pid, signal.SIGUSR1, answer) == []


def test_a_killed_server_leaves_nothing_half_done(place: Path) -> None:
    before = files(place)
    with serve() as running:
        whole, half = secret_shop.send(running.url, ANN, secret_shop.pack()), begun(running)
        send(running, "PUT", f"{half}/0", ANN, b"abc")
        with watched(running, "data", ANN, f"dataset={whole}"):  # its first look begins
            runs = RunFolders(place / "runs")
            runs.remember("A" * 22, {"visitor": "ann-0123456789ab", "private": True})
            (place / "runs" / f".{'A' * 22}-half").mkdir()
            os.kill(running.pid, signal.SIGKILL)
    with serve() as running:
        assert send(running, "GET", half, ANN).status == 404
        assert files(place) - before == {f"runs/own-data/{whole}/{name}" for name in ("record.json", "source/pack.zip")}
        with watched(running, "data", ANN, f"dataset={whole}") as ann:
            delete_all(ann)
        assert files(place) - before == set()
