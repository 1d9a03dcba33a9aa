"""What goes wrong with disks, clocks and processes: nothing is half written, and nobody sees a traceback."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import load
from mmdemo.errors import DatasetError
from mmdemo.jobs.outcome import judge
from mmdemo.jobs.process import Ending
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.preprocess.image_hash import WIDTH
from mmdemo.storage import limits
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.full import SERVER
from mmdemo.storage.sweeping import sweep_cache
from mmdemo.storage.trimming import Bounds, contents, trim
from tests.command_line import CommandLine
from tests.models import ROOT
from tests.own_data import files, zipped
from tests.test_jobs import folder

ID = "a" * 22


# Disks


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no process of this test write a byte to a file."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    return zipped(tmp_path / "pets.zip", files())


@pytest.mark.parametrize("data", ["homonyms", "zip"])
def test_a_full_disk_is_one_sentence(data: str, pets: Path, full_disk: None) -> None:
    for _ in range(2):
        with pytest.raises(DatasetError) as caught:
            load(pets) if data == "zip" else homonyms(n=40)
        assert "File too large" in str(caught.value) and "\n" not in str(caught.value)
    assert not [path for path in (pets.parent / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", ["homonyms", "zip"])
def test_a_cache_that_cannot_be_written_is_one_sentence(data: str, pets: Path) -> None:
    (pets.parent / "cache").write_text("")
    with pytest.raises(DatasetError) as caught:
        load(pets) if data == "zip" else homonyms(n=40)
    assert "Not a directory" in str(caught.value) and "\n" not in str(caught.value)


def test_drawings_that_cannot_be_written_are_one_sentence(
    command_line: CommandLine, stamps_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (command_line.folder / "file").write_text("")
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(command_line.folder / "file"))
    done = command_line.run("data", "stamps")
    assert done.status == 2 and "MMDEMO_CACHE_DIR" in done.err and done.err.count("\n") == 1


FULL = OSError(28, "No space left on device")


def filled(*given: object, **named: object) -> Any:
    raise FULL


@pytest.mark.parametrize(("option", "place"), [("--out", "copy"), ("--save-mapping", "it.json")])
def test_a_full_disk_is_one_sentence_of_a_command_and_of_the_run_that_is_one(
    option: str, place: str, command_line: CommandLine, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.storage.whole.tempfile.mkstemp", filled)
    monkeypatch.setattr("mmdemo.storage.whole.tempfile.mkdtemp", filled)
    said = command_line.refuse("data", pets, option, command_line.folder / place)
    assert said == "The disk has no room left: delete what is no longer needed, or choose a place on another."
    _, error = judge(Ending(2), False, [f"Error: {said}"])
    assert error == "The server has no room left: delete data that you no longer need, or try again later."


def test_a_full_disk_is_one_sentence_of_a_page() -> None:
    def page() -> None:
        from mmdemo.ui import frame
        from tests.test_faults_of_disk import filled

        with frame.guarded():
            filled()

    app = AppTest.from_function(page, default_timeout=60).run()
    assert [error.value for error in app.error] == [SERVER] and not app.exception


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")])
def test_a_record_that_cannot_be_written_leaves_the_run(
    error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path, "a", 10)
    runs = RunFolders(tmp_path)
    runs.remember(ID, {"name": "first"})

    def fails(*given: object, **named: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("mmdemo.storage.whole.tempfile.mkstemp", fails)
        runs.rename(ID, "second")
    assert (runs.ids(), runs.name(ID)) == ([ID], "first")
    assert sorted(path.name for path in tmp_path.iterdir()) == [ID, f"{ID}.json"]


LARGE = b"{}" + b" " * 2_000_000


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"name": NaN}', b"[" * 100_000, LARGE, b"\xff"])
def test_a_record_of_anything_else_is_none(written: bytes, tmp_path: Path) -> None:
    folder(tmp_path, "a", 10)
    (tmp_path / f"{ID}.json").write_bytes(written)
    assert RunFolders(tmp_path).record(ID) == {}


# Clocks


def test_a_clock_set_back_sweeps_nothing_wrongly_and_keeps_nothing_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "disk_share", lambda path: float("inf"))
    day = 24 * 3600.0
    folder(tmp_path, "a", -day)  # made before the clock was set back
    os.utime(tmp_path / ID, (time.time() + day,) * 2)
    folder(tmp_path, "b", 0)
    runs = RunFolders(tmp_path, most=2)
    runs.sweep(live=())
    assert sorted(runs.ids()) == [ID, "b" * 22]
    folder(tmp_path, "c", 0)
    runs.sweep(live=())
    assert sorted(runs.ids()) == ["b" * 22, "c" * 22], "what is new stays"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + day + 60)
    folder(tmp_path, "d", 0)
    runs.sweep(live=())
    assert runs.ids() == ["d" * 22]


def test_a_cache_from_the_future_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    features = tmp_path / "cache" / "features"
    features.mkdir(parents=True)
    left, half = features / f"{'a' * 64}.npy", features / f".{'b' * 64}.npy-half"
    for path in (left, half):
        path.touch()
        os.utime(path, (time.time() + 1e6,) * 2)
    sweep_cache()
    assert left.exists() and half.exists()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    sweep_cache()
    assert not left.exists() and not half.exists()


def test_what_is_from_the_future_does_not_push_out_what_is_new(tmp_path: Path) -> None:
    for name, age in (("future", -1e6), ("new", 0.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    trim(contents(tmp_path), Bounds(most=1))
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


# Processes

WRITING = """
import json, os, sys
from pathlib import Path
import numpy as np
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import load
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.whole import whole_file, whole_folder

here, turns = Path(sys.argv[1]), int(sys.argv[2])
os.environ["MMDEMO_CACHE_DIR"] = str(here / "cache")
runs = RunFolders(here / "runs")
runs.make()
print("ready", flush=True)
for turn in range(turns):
    with whole_folder(runs.folder("a" * 22)) as folder:
        for name in ("content", "manifest.json"):
            (folder / name).write_text(str(turn) * 5000)
    runs.remember("a" * 22, {"name": str(turn) * 5000})
    runs.rename("a" * 22, f"turn {turn}")
    runs.trim()
    load(here / "pets.zip")
    homonyms(n=40, seed=turn % 3)
    FeatureCache(here / "cache" / "features", 50_000).rows(
        [f"{turn} {place}" for place in range(5)], 1000, lambda places: np.ones((len(places), 1000), np.float32) * turn)
"""


def check(here: Path) -> None:
    """Everything that is there under its own name is whole."""
    runs = RunFolders(here / "runs")
    for run in runs.ids():
        whole = {path.read_text() for path in runs.folder(run).iterdir()}
        assert len(whole) == 1 and len(os.listdir(runs.folder(run))) == 2
        assert not (record := here / "runs" / f"{run}.json").exists() or "name" in json.loads(record.read_text())
    for path in (here / "cache" / "features").glob("[!.]*"):
        assert np.load(path).shape in ((1000,), (WIDTH,))
    for path in (here / "cache" / "archives").rglob("[!.]*.png"):
        assert path.read_bytes() == files()["other.png"]
    for drawn in (here / "cache" / "homonyms").glob("[!.]*"):
        assert len([path for path in drawn.iterdir() if path.read_bytes().endswith(b"IEND\xaeB`\x82")]) == 40


def start(here: Path, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITING, str(here), str(turns)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_process_killed_at_any_moment_leaves_all_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(tmp_path / "pets.zip", files())
    moments = random.Random(8)
    for _ in range(6):
        with start(tmp_path, 1_000_000) as process:
            assert process.stdout and process.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.4))
            process.send_signal(moments.choice([signal.SIGKILL, signal.SIGTERM]))
            process.communicate(timeout=30)
        check(tmp_path)
    with start(tmp_path, 2) as process:
        assert process.communicate(timeout=60) == ("ready\n", "") and process.returncode == 0
    hidden = list(tmp_path.rglob(".*"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    RunFolders(tmp_path / "runs").trim()
    sweep_cache()
    left = [path for path in hidden if path.exists() and "archives" not in path.parts]
    assert not left, "what was half written goes within a day"


def test_two_processes_on_the_same_folders(tmp_path: Path) -> None:
    zipped(tmp_path / "pets.zip", files())
    running = [start(tmp_path, 12) for _ in range(2)]
    assert [(one.communicate(timeout=120)[1], one.returncode) for one in running] == [("", 0)] * 2
    check(tmp_path)
    assert not list(tmp_path.rglob(".*"))


def test_a_store_whose_folder_vanishes_goes_on(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path / "features")
    for _ in range(2):
        assert (cache.rows(["a"], 3, lambda places: np.ones((1, 3), np.float32)) == 1).all()
        for path in (tmp_path / "features").iterdir():
            path.unlink()
        (tmp_path / "features").rmdir()


def test_a_zip_that_vanishes_while_it_is_read_is_one_sentence(tmp_path: Path) -> None:
    path = zipped(tmp_path / "pets.zip", files())
    tree = ZipTree(path)
    path.unlink()
    with pytest.raises(DatasetError, match=r"'pets.zip' cannot be read or unpacked: No such file"):
        tree.place(tree.names)
    with pytest.raises(DatasetError, match="No such file or directory"), tree.opened("data.csv", 100):
        pass
