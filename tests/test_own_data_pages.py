"""Own data as the pages use it: the way in without the door, one's own computer, what expires, what is shared."""

import importlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from mmdemo.errors import DatasetError
from mmdemo.preprocess import text
from mmdemo.preprocess.text import TextSettings, clean
from mmdemo.storage import limits
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.ui import forgetting, local, own_data, sharing, taken_pack, visitor
from tests.server import ROOT

ANN, BOB = "ann-0123456789ab", "bob-0123456789ab"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnDataFolders]:
    """The server's data; the visitor is Ann."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(visitor, "name", lambda: ANN)
    own_data.folders.clear()
    yield own_data.folders()
    own_data.folders.clear()


def uploaded(content: bytes) -> UploadedFile:
    return UploadedFile(UploadedFileRec("1", "My shop.zip", "application/zip", content), FileURLs())


def test_an_upload_goes_to_the_disk(folders: OwnDataFolders) -> None:
    content = os.urandom(2**21 + 5)
    data_id = folders.create(ANN, "shop")
    taken_pack.take(uploaded(content), data_id)
    assert folders.source(data_id).read_bytes() == content
    assert [record.id for record in own_data.mine()] == [data_id] and own_data.may_use(data_id)
    with pytest.raises(DatasetError, match="not yours"):
        taken_pack.take(uploaded(content), folders.create(BOB, "shop"))


def test_shared_data_is_for_all(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    data_id = folders.create(ANN, "shop")
    taken_pack.take(uploaded(b"PK"), data_id)
    monkeypatch.setattr(visitor, "name", lambda: BOB)
    assert not own_data.may_use(data_id)
    with pytest.raises(DatasetError, match="not yours"):
        sharing.share_data(data_id)
    monkeypatch.setattr(visitor, "name", lambda: ANN)
    sharing.share_data(data_id)
    monkeypatch.setattr(visitor, "name", lambda: BOB)
    assert own_data.may_use(data_id) and own_data.mine() == ()
    assert own_data.is_private(str(folders.copy(data_id))), "what others make of it is theirs"


def test_what_is_made_from_samples_is_open(folders: OwnDataFolders, tmp_path: Path) -> None:
    assert not any(map(own_data.is_private, (None, "stamps", str(tmp_path / "shop.zip"), str(folders.directory))))


def test_expired_data_leaves_the_caches_too(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    @st.cache_resource(show_spinner=False)
    def captions(of: str) -> str:
        made.append(of)
        return of

    data_id = folders.create(ANN, "shop", path="/somewhere")
    for _ in range(2):
        captions("a secret")
        own_data.sweep()
    assert made == ["a secret"]
    monkeypatch.setenv("MMDEMO_RETENTION_HOURS", "1")
    then = time.time() - 2 * 3600
    for path in (folders.folder(data_id) / "record.json", folders.folder(data_id)):
        os.utime(path, (then, then))
    own_data.sweep()
    captions("a secret")
    assert made == ["a secret"] * 2 and folders.get(data_id) is None
    folders.delete(folders.create(ANN, "shop", path="/somewhere"), ANN)
    captions("a secret")
    assert made == ["a secret"] * 3


def test_no_module_that_remembers_captions_is_passed_over() -> None:
    what = re.compile(r"lru_cache\(.*\ndef \w+\((?:caption|text|cleaned|path)\b")
    files = [file for file in (ROOT / "mmdemo").rglob("*.py") if what.search(file.read_text())]
    assert len(files) >= 5
    for file in files:
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        assert name.startswith(forgetting._REMEMBER) and hasattr(importlib.import_module(name), "forget"), name


def test_the_captions_last_looked_at_are_forgotten() -> None:
    clean("a secret caption", TextSettings())
    assert text._clean.cache_info().currsize
    forgetting.caches()
    assert not text._clean.cache_info().currsize


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """A function that asks whether the server is the visitor's own computer, in these circumstances."""

    def ask(variable: str = "1", bound: str = "127.0.0.1", client: str | None = None, **headers: str) -> bool:
        monkeypatch.setenv("MMDEMO_LOCAL", variable)
        monkeypatch.setattr(config, "get_option", lambda _: bound)
        headers = {"Host": "localhost:8501"} | headers
        monkeypatch.setattr(st, "context", SimpleNamespace(ip_address=client, headers=headers))
        return local.is_local()

    return ask


def test_one_may_name_files_of_ones_own_computer_only(at_home: Callable[..., bool]) -> None:
    assert at_home() and at_home(client="127.0.0.1") and at_home(bound="::1", Host="[::1]:8501")
    assert not at_home(variable="") and not at_home(variable="0")
    assert not at_home(bound="0.0.0.0") and not at_home(bound="") and not at_home(bound="192.0.2.1")
    assert not at_home(client="192.0.2.7")
    assert not at_home(Host="evil.example:8501") and not at_home(Host="")
    assert not at_home(**{"X-Forwarded-For": "192.0.2.7"})


def test_the_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_OWN_DATA_MB", "7")
    monkeypatch.setenv("MMDEMO_PACK_MB", "3")
    assert (limits.own_data_bytes(), limits.pack_bytes()) == (7e6, 3e6)
