"""Visitors' own data on disk: whose it is, how it arrives, how much there may be, and what is swept."""

import json
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from mmdemo.errors import ConfigError, DatasetError
from mmdemo.storage import limits, own_arrival, own_sweeping
from mmdemo.storage.arriving import GapError
from mmdemo.storage.folders import cache_beside, cache_dir, mark_used
from mmdemo.storage.operators_data import operators_data
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import OPERATOR

ANN, BOB = "ann-0123456789ab", "bob-0123456789ab"
LONG_AGO = 100 * 3600.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnDataFolders:
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    return OwnDataFolders()


def brought(folders: OwnDataFolders, visitor: str = ANN, content: bytes = b"12345") -> str:
    data_id = folders.create(visitor, "shop")
    own_arrival.receive(folders, data_id, visitor, 0, content)
    own_arrival.close(folders, data_id, visitor)
    return data_id


def age(folders: OwnDataFolders, data_id: str, seconds: float) -> None:
    then = time.time() - seconds
    for path in [*folders.folder(data_id).rglob("*"), folders.folder(data_id)]:
        os.utime(path, (then, then))


def test_data_is_its_visitors_alone_until_shared(folders: OwnDataFolders) -> None:
    data_id = brought(folders)
    assert [folders.may_use(data_id, visitor) for visitor in (ANN, BOB, "")] == [True, False, False]
    for change in (folders.share, folders.delete, lambda one, visitor: folders.rename(one, visitor, "mine")):
        with pytest.raises(DatasetError, match="not yours"):
            change(data_id, BOB)
    folders.share(data_id, ANN)
    assert folders.may_use(data_id, BOB) and folders.of(BOB) == ()
    with pytest.raises(DatasetError, match="not yours"):
        folders.delete(data_id, BOB)


@posix
def test_only_the_server_reads_its_folders(folders: OwnDataFolders) -> None:
    data_id = brought(folders)
    place = folders.folder(data_id)
    for folder in (folders.directory.parent, folders.directory, place, place / "source"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_pieces_arrive_in_order_and_a_repeated_one_is_done(folders: OwnDataFolders) -> None:
    data_id = folders.create(ANN, "shop")
    assert own_arrival.receive(folders, data_id, ANN, 0, b"abc") == 3
    assert own_arrival.receive(folders, data_id, ANN, 0, b"abc") == 3
    with pytest.raises(GapError) as gap:
        own_arrival.receive(folders, data_id, ANN, 5, b"fg")
    assert gap.value.length == 3
    assert own_arrival.receive(folders, data_id, ANN, 3, b"de") == 5
    assert not folders.may_use(data_id, ANN)
    own_arrival.close(folders, data_id, ANN)
    assert folders.source(data_id).read_bytes() == b"abcde" and folders.may_use(data_id, ANN)
    with pytest.raises(DatasetError, match="arrived already"):
        own_arrival.receive(folders, data_id, ANN, 5, b"f")


def test_nobody_else_sends_or_closes(folders: OwnDataFolders) -> None:
    data_id = folders.create(ANN, "shop")
    with pytest.raises(DatasetError, match="not yours"):
        own_arrival.receive(folders, data_id, BOB, 0, b"abc")
    with pytest.raises(DatasetError, match="Nothing has arrived"):
        own_arrival.close(folders, data_id, ANN)


def test_a_full_disk_is_said(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    data_id = folders.create(ANN, "shop")
    own_arrival.receive(folders, data_id, ANN, 0, b"abc")
    monkeypatch.setattr("mmdemo.storage.own_arrival.append", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(DatasetError, match="no room left"):
        own_arrival.receive(folders, data_id, ANN, 3, b"de")


def test_a_full_disk_is_not_called_a_quota(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    data_id = folders.create(ANN, "shop")
    monkeypatch.setattr(limits, "disk_share", lambda folder: 3.0)
    folders.quota.forget()
    for asked in (lambda: own_arrival.receive(folders, data_id, ANN, 0, b"abc"), lambda: folders.create(ANN, "more")):
        with pytest.raises(DatasetError, match=r"^The server has no room left: delete data that you no longer need"):
            asked()


@pytest.mark.parametrize("data_id", ["", "..", "../../etc", "x" * 22, "-" + "x" * 21, "a/b" + "x" * 19])
def test_what_is_no_data_set_is_nobodys(folders: OwnDataFolders, data_id: str) -> None:
    assert folders.get(data_id) is None and not folders.may_use(data_id, ANN)
    with pytest.raises(DatasetError):
        folders.delete(data_id, ANN)


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"id": 1}', "[" * 5_000])
def test_a_record_that_cannot_be_read_is_none(folders: OwnDataFolders, written: str) -> None:
    data_id = brought(folders)
    (folders.folder(data_id) / "record.json").write_text(written)
    assert folders.get(data_id) is None and folders.of(ANN) == ()


@pytest.mark.parametrize("change", [{"visitor": 1}, {"shared": "yes"}, {"id": "B" * 22}, {"created": None}])
def test_a_record_of_another_shape_is_none(folders: OwnDataFolders, change: dict[str, object]) -> None:
    data_id = brought(folders)
    file = folders.folder(data_id) / "record.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    assert folders.get(data_id) is None


def test_a_visitor_has_half_of_the_room(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_OWN_DATA_MB", "0.01")
    brought(folders, content=b"a" * 4_000)
    with pytest.raises(DatasetError, match="may take 0 MB together"):
        brought(folders, content=b"a" * 4_000)
    brought(folders, BOB, b"a" * 3_000)


def test_what_nobody_used_for_an_hour_makes_room(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_OWN_DATA_MB", "0.01")
    old, young = brought(folders, "cid-0123456789ab", b"a" * 4_000), brought(folders, BOB, b"a" * 4_000)
    with pytest.raises(DatasetError, match="as much data as it can"):
        brought(folders, ANN, b"a" * 4_000)
    age(folders, old, 2 * 3600)
    folders.quota.forget()
    brought(folders, ANN, b"a" * 4_000)
    assert folders.get(old) is None and folders.get(young) is not None


def test_a_pack_has_a_bound(folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_PACK_MB", "0.001")
    with pytest.raises(DatasetError, match="MB are taken"):
        brought(folders, content=b"a" * 1_001)


def test_expired_data_goes_and_used_data_stays(folders: OwnDataFolders) -> None:
    old, used, new = (brought(folders) for _ in range(3))
    for data_id in (old, used):
        age(folders, data_id, LONG_AGO)
    mark_used([folders.copy(used) / "images" / "1.jpg"])
    assert own_sweeping.sweep(folders) == (old,)
    assert {record.id for record in folders.of(ANN)} == {used, new}
    assert not folders.folder(old).exists()


def test_half_arrived_data_goes_after_an_hour_and_at_a_start(folders: OwnDataFolders) -> None:
    whole, half, stale = brought(folders), folders.create(ANN, "half"), folders.create(ANN, "stale")
    age(folders, stale, limits.HALF_ARRIVED + 60)
    assert own_sweeping.sweep(folders) == (stale,)
    assert own_sweeping.sweep(folders, at_start=True) == (half,)
    (folders.folder(whole) / ".copy-half").mkdir()
    assert own_sweeping.sweep(folders, at_start=True) == ()
    assert not (folders.folder(whole) / ".copy-half").exists()
    (folders.folder(whole) / "record.json").unlink()  # killed while it was deleted
    assert own_sweeping.sweep(folders, at_start=True) == (whole,)
    assert list(folders.directory.iterdir()) == []


def test_everything_of_a_visitor_goes(folders: OwnDataFolders) -> None:
    mine, theirs = brought(folders), brought(folders, BOB)
    folders.create(ANN, "half")
    assert len(folders.delete_all(ANN)) == 2
    assert [folder.name for folder in folders.directory.iterdir()] == [theirs]
    assert folders.get(mine) is None


@pytest.mark.parametrize("first", [True, False])
def test_a_piece_that_comes_while_its_data_goes_leaves_nothing(
    first: bool, folders: OwnDataFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_id = folders.create(ANN, "shop")
    before = b"" if first else b"abc"
    own_arrival.receive(folders, data_id, ANN, 0, before)
    rmdir, piece = os.rmdir, (folders, data_id, ANN, len(before), b"defg")

    def let_in(path: str, **more: int) -> None:
        if Path(path).name == "source":  # empty by now
            with pytest.raises(DatasetError):
                own_arrival.receive(*piece)
        rmdir(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rmdir", let_in)
        patched.setattr(own_arrival, "_open", lambda *_: record)
        record = folders.own(data_id, ANN)
        folders.delete(data_id, ANN)
    assert list(folders.directory.iterdir()) == []
    with pytest.raises(DatasetError, match="no longer here"):
        own_arrival.receive(*piece)


def test_what_is_computed_lies_beside_the_data(folders: OwnDataFolders) -> None:
    data_id = brought(folders)
    assert cache_beside(str(folders.copy(data_id))) == folders.folder(data_id) / "cache"
    assert cache_beside("stamps") == cache_beside(None) == cache_dir()


def test_the_operators_data_is_for_all(
    folders: OwnDataFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / "shop.zip", tmp_path / "museum"]
    places[0].write_bytes(b"PK")
    places[1].mkdir()
    monkeypatch.setenv("MMDEMO_DATA", os.pathsep.join(map(str, places)))
    shop, museum = operators_data(folders)
    assert (shop.name, museum.name, shop.visitor) == ("shop", "museum", OPERATOR)
    assert folders.source(shop.id) == places[0] and folders.may_use(shop.id, BOB)
    folders.copy(shop.id).mkdir()
    assert operators_data(folders)[0] == shop and folders.copy(shop.id).exists()
    os.utime(places[0], (time.time() + 30,) * 2)  # changed
    assert operators_data(folders)[0].id == shop.id and not folders.copy(shop.id).exists()
    age(folders, museum.id, LONG_AGO)
    assert own_sweeping.sweep(folders) == ()
    monkeypatch.setenv("MMDEMO_DATA", str(places[1]))
    assert [record.id for record in operators_data(folders)] == [museum.id] and folders.get(shop.id) is None
    assert places[0].exists()
    monkeypatch.setenv("MMDEMO_DATA", str(tmp_path / "gone"))
    with pytest.raises(ConfigError, match=r"MMDEMO_DATA names .*gone"):
        operators_data(folders)
