"""How often a training run opens each image: once for its digest, once for its copies, once for its features.

The later two are kept: another run opens it once. What tells which images are unlike others comes with the features.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.datasets.homonyms import homonyms
from tests.models import ROOT, Models

pytestmark = pytest.mark.slow

COUNTING = """
import json, os, sys
from collections import Counter

opened = Counter()

def note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path, _, flags = arguments
        if not flags & (os.O_WRONLY | os.O_RDWR):
            opened[os.path.abspath(os.fsdecode(path))] += 1

sys.addaudithook(note)
from mmdemo.__main__ import main

status = main(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump(opened, file)
sys.exit(status)
"""


def opens(tmp_path: Path, *arguments: object) -> Counter[str]:
    """Return how often a command opened each file for reading, in a process with a cache of its own."""
    own = {"MMDEMO_CACHE_DIR": str(tmp_path / "cache"), "MMDEMO_RUNS_DIR": str(tmp_path / "runs")}
    command = [sys.executable, "-c", COUNTING, tmp_path / "opened.json", *arguments]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, env={**os.environ, **own})
    assert done.returncode == 0, done.stderr
    return Counter(json.loads((tmp_path / "opened.json").read_text()))


def check(opened: Mapping[str, int], images: list[str], most: int) -> None:
    counts = {image: opened[image] for image in images}
    assert min(counts.values()) >= 1, "the hook sees nothing"
    assert max(counts.values()) <= most, counts


@pytest.mark.parametrize("zipped", [False, True])
def test_each_image_of_ones_own_is_opened_three_times_at_most(zipped: bool, models: Models, tmp_path: Path) -> None:
    data = models.folder / "drawn"
    names = [str(data / name) for name in pd.read_csv(data / "data.csv")["image"]]
    if zipped:
        import shutil

        data = Path(shutil.make_archive(str(tmp_path / "data"), "zip", data))
    for most in (3, 1):  # a cold cache, then a warm one
        opened = opens(tmp_path, "train", "--data", data, "--C", 3, "--out", tmp_path / "model", "--json")
        if zipped:
            names = [path for path in opened if path.startswith(str(tmp_path / "cache" / "archives"))]
            assert len(names) == 36
        check(opened, names, most)


@pytest.mark.thorough
def test_each_homonym_is_opened_three_times_at_most(tmp_path: Path) -> None:
    data = ("--data", "homonyms", "--set", "data.n=80")
    for most in (3, 1):
        opened = opens(tmp_path, "train", *data, "--C", 3, "--out", tmp_path / "model", "--json")
        images = homonyms(n=80, directory=tmp_path / "cache" / "homonyms").frame["image"].tolist()
        check(opened, images, most)
    assert load(tmp_path / "model").trained_on().seen(homonyms(n=80)).sum() == len(load(tmp_path / "model").train_ids)
