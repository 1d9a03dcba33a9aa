"""Folders in the temporary folder of a shared machine: only what is ours is used, and nobody else reads it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.__main__ import main
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.storage.folders import NotOursError, cache_dir, make_private
from mmdemo.storage.sweeping import sweep_cache
from tests.command_line import Refuse
from tests.own_data import files, zipped

pytestmark = pytest.mark.skipif(os.name != "posix", reason="accounts are POSIX's")


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that another account made for everybody to write to."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    folder.chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    return folder


def test_a_folder_of_another_account_is_refused(theirs: Path) -> None:
    with pytest.raises(NotOursError):
        make_private(theirs)
    assert theirs.stat().st_mode & 0o777 == 0o777


def test_a_link_of_another_account_is_refused(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    (tmp_path / "ours").mkdir()
    with pytest.raises(NotOursError):
        make_private(tmp_path / "link")


def test_no_cache_of_another_account_is_used(theirs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(theirs))
    with pytest.raises(ConfigError, match=r"belongs to another account\. Set MMDEMO_CACHE_DIR to a folder of your own"):
        load(zipped(tmp_path / "pets.zip", files()))
    (theirs / "features").mkdir()
    (theirs / "features" / f"{'a' * 64}.npy").touch()
    os.utime(theirs / "features" / f"{'a' * 64}.npy", (1, 1))
    sweep_cache()
    assert [path.name for path in theirs.rglob("*")] == ["features", f"{'a' * 64}.npy"]


def test_no_runs_of_another_account_are_used(theirs: Path, refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(theirs))
    said = refuse("train", "--data", "homonyms")
    assert "belongs to another account. Set MMDEMO_RUNS_DIR to a folder of your own." in said
    assert not list(theirs.iterdir())


@pytest.mark.parametrize("mode", [None, 0o777, 0o755])
def test_what_is_ours_is_closed_to_others(mode: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    if mode is not None:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache").chmod(mode)
    assert cache_dir().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("arguments", [
    ("report", "--model", "x", "--output", "r.html", "--title", os.fsdecode(b"caf\xe9")),
    ("data", os.fsdecode(b"caf\xe9")),
    ("train", "--data", os.fsdecode(b"caf\xe9/pets")),
    ("classify", "--text", os.fsdecode(b"caf\xe9")),
])  # fmt: skip
def test_what_is_not_utf_8_is_one_sentence(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(arguments)) == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: 'caf�") and "is not UTF-8; write it in UTF-8" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", ["MMDEMO_CACHE_DIR", "MMDEMO_RUNS_DIR", "TMPDIR"])
def test_a_setting_that_is_not_utf_8_is_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, os.fsdecode(b"/tmp/caf\xe9"))
    assert main(["data", "homonyms"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Error: '{name}=/tmp/caf�' is not UTF-8") and said.count("\n") == 1


@pytest.mark.parametrize("read", [load, table_of_pairs])
def test_data_in_a_folder_whose_name_is_not_utf_8(
    read: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    for name, content in files().items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / os.fsdecode(b"\xff.png")).touch()
    monkeypatch.chdir(folder)
    with pytest.raises(DatasetError, match="The path of 'caf�' is not UTF-8; rename the folder or file"):
        read(".")
    monkeypatch.chdir(tmp_path)
    assert len(load(folder.rename(tmp_path / "café")).frame) == 16
