"""A bundle is on disk whole or not at all: processes killed at the worst moment, full disks, folders in the way."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.manifest import read_manifest, write_manifest
from mmdemo.bundles.writing import check_place, save
from mmdemo.errors import BundleError
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.train import train
from tests.models import ROOT, Models, config, run

STOPPED = """
import sys, time
import mmdemo.bundles.writing
from mmdemo.__main__ import main

def stop(*given):
    open(sys.argv[1], "w").close()
    time.sleep(60)

mmdemo.bundles.writing.write_manifest = stop
sys.exit(main(sys.argv[2:]))
"""


def arguments(models: Models, out: Path, *more: str) -> list[str]:
    data = ["--data", str(models.folder / "drawn")]
    return ["train", *data, "--image-encoder", "none", "--C", "3", "--progress", "none", "--out", str(out), *more]


@pytest.fixture
def older(models: Models, tmp_path: Path) -> Path:
    """A bundle that stands where another one is written."""
    save(models.trained("none", "tfidf"), tmp_path / "runs" / "model", "the older", {})
    return tmp_path / "runs" / "model"


def commands_of(folder: Path) -> str:
    return str(load(folder).manifest["command"])


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_killed_leaves_a_whole_bundle(
    ending: signal.Signals, older: Path, models: Models, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    program = [sys.executable, "-c", STOPPED, str(flag), *arguments(models, older)]
    with subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while not flag.exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.01)
        process.send_signal(ending)
        _, said = process.communicate(timeout=30)
    assert commands_of(older) == "the older"
    if ending == signal.SIGTERM:
        assert (process.returncode, said.split()) == (130, ["Stopped."])
        assert [path.name for path in older.parent.iterdir()] == ["model"]


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """A function after which no file may grow beyond so many bytes: the same calls fail as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("most", [0, 2_000, 6_000])
def test_a_full_disk_is_one_sentence(
    most: int, older: Path, models: Models, full_disk: Callable[[int], None], tmp_path: Path
) -> None:
    trained = models.trained("none", "word_vectors")
    full_disk(most)
    for folder in (older, tmp_path / "new"):
        with pytest.raises(BundleError) as caught:
            save(trained, folder, "the newer", {})
        assert str(caught.value) == (
            f"The model could not be written to {folder.name!r}: File too large. "
            "Free some space, or choose another folder."
        )
    assert [path.name for path in older.parent.iterdir()] == ["model"]
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    assert commands_of(older) == "the older"


@pytest.mark.parametrize("place", ["file/cache", "cache"])
def test_a_cache_that_cannot_be_written_does_no_harm(
    place: str, models: Models, full_disk: Callable[[int], None], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    full_disk(2_000)
    train(models.dataset, config("efficientnet", "none"), cache=FeatureCache(tmp_path / place))
    assert not list(tmp_path.rglob("*.npy")) and not list(tmp_path.rglob("*.tmp"))


@pytest.mark.slow
def test_the_same_command_gives_the_same_probabilities(models: Models, tmp_path: Path) -> None:
    tests = []
    for number in range(2):
        out = tmp_path / str(number)
        environment = {"MMDEMO_CACHE_DIR": str(tmp_path / "cache"), "PATH": ""}
        done = run("train", "--data", models.folder / "drawn", "--json", "--out", out, env=environment)
        assert json.loads(done.stdout)["bundle"] == str(out)
        tests.append(load(out).held_out)
    for name in ("ids", "labels", "fold", "group", "repeated"):
        np.testing.assert_array_equal(getattr(tests[0], name), getattr(tests[1], name))
    for head, rows in tests[0].probabilities.items():
        np.testing.assert_allclose(rows, tests[1].probabilities[head], atol=1e-5)


@pytest.mark.parametrize("schema", [1, 2, 99])
def test_a_model_of_any_version_may_be_replaced(
    schema: int, older: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {key: value for key, value in read_manifest(older).items() if key not in ("schema", "sha256")}
    (older / "weights.bin").write_bytes(b"a file that only that version had")
    monkeypatch.setattr("mmdemo.bundles.manifest.SCHEMA", schema)
    write_manifest(older, {**kept, "files": {**kept["files"], "weights.bin": ""}})
    monkeypatch.undo()
    save(models.trained("none", "word_vectors"), older, "the newer", {})
    assert commands_of(older) == "the newer"
    assert not (older / "weights.bin").exists()


def test_what_stands_in_the_way_stays(older: Path, models: Models, tmp_path: Path) -> None:
    (older / "notes.txt").write_text("mine")
    web_app = tmp_path / "web"
    web_app.mkdir()
    (web_app / "manifest.json").write_text('{"name": "an app", "schema": 1, "files": {"index.html": ""}}')
    (tmp_path / "file").touch()
    for folder, reason in [
        (older, "holds notes.txt, which is not part of a model; choose an empty or new folder."),
        (web_app, "holds manifest.json, which is not part of a model; choose an empty or new folder."),
        (tmp_path / "file", "is a file; give the name of a folder."),
        (tmp_path / "file" / "model", "Not a directory. Choose another folder."),
    ]:
        for write in (check_place, lambda folder: save(models.trained("none", "tfidf"), folder, "", {})):
            with pytest.raises(BundleError) as caught:
                write(folder)
            assert repr(folder.name) in str(caught.value) and str(caught.value).endswith(reason)
    assert (older / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "runs", "web"]


def test_an_empty_folder_a_link_and_parents_to_be_made(older: Path, models: Models, tmp_path: Path) -> None:
    trained = models.trained("none", "word_vectors")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(older)
    for folder in (tmp_path / "empty", tmp_path / "link", tmp_path / "a" / "b" / "model"):
        save(trained, folder, "the newer", {})
        assert commands_of(folder) == "the newer"
    assert (tmp_path / "link").is_symlink() and commands_of(older) == "the newer"
