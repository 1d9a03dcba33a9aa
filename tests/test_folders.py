"""Folders and files that appear whole or not at all, also when the process is killed or something stands in the way."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmdemo.errors import ConfigError
from mmdemo.storage import whole as folders
from mmdemo.storage.whole import chosen_file, whole_folder
from tests.models import ROOT

KILLED = """
import signal, sys, time
from pathlib import Path
from mmdemo.storage import whole as folders
from mmdemo.__main__ import _stop

flag, target, moment = sys.argv[1:]
signal.signal(signal.SIGTERM, _stop)

def stop():
    Path(flag).touch()
    time.sleep(60)

def stop_at(name, before):
    real = getattr(folders, name)
    def stopping(*given):
        if before:
            stop()
        done = real(*given)
        stop()
        return done
    setattr(folders, name, stopping)

if moment == "in place":
    stop_at("_put", before=True)
if moment == "exchanged":
    stop_at("_exchange", before=False)
with folders.whole_folder(Path(target)) as folder:
    (folder / "content").write_text("new")
    if moment == "written":
        stop()
"""


def content(folder: Path) -> str:
    return (folder / "content").read_text()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that stands where another one is written."""
    (tmp_path / "here" / "target").mkdir(parents=True)
    (tmp_path / "here" / "target" / "content").write_text("old")
    return tmp_path / "here" / "target"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", ["written", "in place", "exchanged"])
def test_a_process_that_is_killed_leaves_the_old_or_the_new(
    moment: str, ending: signal.Signals, target: Path, tmp_path: Path
) -> None:
    program = [sys.executable, "-c", KILLED, tmp_path / "flag", target, moment]
    with subprocess.Popen(program, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while not (tmp_path / "flag").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(ending)
        process.wait(30)
    assert content(target) == ("new" if moment == "exchanged" else "old")
    if ending == signal.SIGTERM:
        assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("can_exchange", [True, False])
@pytest.mark.parametrize("old", [True, False])
def test_a_folder_takes_its_place(can_exchange: bool, old: bool, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not can_exchange:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    place = target if old else target.parent / "more" / "new"
    with whole_folder(place) as folder:
        (folder / "content").write_text("new")
        (folder / "deeper").mkdir()
    assert content(place) == "new"
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert place.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_after_an_error_everything_is_as_before(error: type[BaseException], target: Path) -> None:
    with pytest.raises(error), whole_folder(target) as folder:
        (folder / "content").write_text("new")
        raise error
    file = target / "content"
    with pytest.raises(ConfigError if error is OSError else error), chosen_file(file) as written:
        written.write("new")
        raise error
    assert content(target) == "old"
    assert list(target.parent.iterdir()) == [target] and list(target.iterdir()) == [file]


def test_what_cannot_be_exchanged_is_put_back(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    real = folders.os.replace

    def replace(one: Path, other: Path) -> None:
        if other == target and one.name != target.name:
            raise OSError("the disk is gone")
        real(one, other)

    monkeypatch.setattr(folders.os, "replace", replace)
    with pytest.raises(OSError, match="the disk is gone"), whole_folder(target) as folder:
        (folder / "content").write_text("new")
    assert content(target) == "old"
    assert list(target.parent.iterdir()) == [target]


def test_what_can_neither_be_exchanged_nor_put_back_is_not_lost(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    real = folders.os.replace

    def replace(one: Path, other: Path) -> None:
        if other == target:
            raise OSError("the disk is gone")
        real(one, other)

    monkeypatch.setattr(folders.os, "replace", replace)
    with pytest.raises(OSError, match="the disk is gone"), whole_folder(target) as folder:
        (folder / "content").write_text("new")
    (beside,) = target.parent.iterdir()
    assert content(beside / target.name) == "old"


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    for text in ("first 猫\r\n", "second\n"):
        with chosen_file(file) as written:
            written.write(text)
            assert not file.exists() or file.read_bytes() == "first 猫\r\n".encode()
        assert file.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644


def test_where_no_file_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for place, reason in [
        (tmp_path / "folder", "is a folder; give the name of a file."),
        (tmp_path / "none" / "answers.csv", "cannot be written: No such file or directory. Choose another file."),
        (tmp_path / "file" / "answers.csv", "cannot be written: Not a directory. Choose another file."),
        (tmp_path / ("x" * 300), "cannot be written: File name too long. Choose another file."),
    ]:
        with pytest.raises(ConfigError) as caught, chosen_file(place):
            pytest.fail("There was nothing to write to.")
        assert str(caught.value) == f"{place} {reason}"


@pytest.mark.parametrize("runs", [True, False])
def test_only_the_folder_of_runs_is_for_its_owner(runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "more" / "models"
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(place if runs else tmp_path / "runs"))
    with whole_folder(place / "new"):
        pass
    assert (place.stat().st_mode & 0o077 == 0) == runs
