"""The commands in a model's zip and card are followed to the letter, as somebody would who has nothing else."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.summary import summarise
from mmdemo.report.card import model_card
from mmdemo.report.model_zip import model_zip
from mmdemo.report.zip_readme import zip_readme
from mmdemo.ui.pages.models import opened_model
from tests.models import ROOT

pytestmark = pytest.mark.slow
EVERYDAY = ROOT / "models" / "everyday"
Home = Callable[[Path, str], "Taken"]


class Taken:
    """A zip that was unpacked in an empty folder, on a computer whose only other thing is Fusion Lab's folder."""

    def __init__(self, zipped: bytes, home: Path, program: Path) -> None:
        (home / "model.zip").write_bytes(zipped)
        with zipfile.ZipFile(home / "model.zip") as packed:
            packed.extractall(home)
        (self.folder,) = (path for path in home.iterdir() if path.is_dir())
        self.readme, self.program = (self.folder / "README.md").read_text("utf-8"), program

    @property
    def blocks(self) -> list[str]:
        """What is set as code, block by block, as it would be copied."""
        found = re.findall(r"(?:^    .*\n)+", self.readme, re.MULTILINE)
        return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in found]

    def run(self, command: str) -> str:
        """Type a command in the folder of the README."""
        return run(command, self.folder, {"PATH": f"{self.program / 'bin'}{os.pathsep}{os.environ['PATH']}"})


def run(command: str, folder: Path, more: dict[str, str]) -> str:
    names = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | more
    done = subprocess.run(shlex.split(command), cwd=folder, env=names, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment where the README's command has installed Fusion Lab from its folder; its libraries are there."""
    pytest.importorskip("hatchling", reason="Nothing can be installed: pip install -r requirements-dev.txt")
    program, source = (tmp_path_factory.mktemp(name) for name in ("environment", "source"))
    for name in ("mmdemo", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    venv = [sys.executable, "-m", "venv", "--without-pip", program]
    subprocess.run(venv, check=True)
    (site,) = program.glob("lib/python*/site-packages")
    (site / "theirs.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    (command,) = (block for block in _blocks_of_everyday() if "pip install" in block)
    offline = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_QUIET": "1"}
    run(command, source, {**offline, "PATH": f"{program / 'bin'}{os.pathsep}{os.environ['PATH']}"})
    assert (program / "bin" / "mmdemo").is_file()
    return program


def _blocks_of_everyday() -> list[str]:
    return re.findall(r"^    (.*)$", zip_readme(model_facts(EVERYDAY), "x"), re.MULTILINE)


def follow(taken: Taken) -> tuple[dict[str, float], list[dict[str, str]], str]:
    """Do what the README says, in order; return the answer to its pair, the rows of its table, and the evaluation."""
    if "photo.jpg" in taken.readme:
        pixels = np.random.default_rng(1).integers(0, 255, (40, 50, 3), np.uint8)
        Image.fromarray(pixels).save(taken.folder / "photo.jpg")
    (rows,) = (block for block in taken.blocks if not block.startswith(("mmdemo", "python")))
    (name,) = set(re.findall(r"Save this one as `([^`]+)`", taken.readme))
    (taken.folder / name).write_text(rows)
    one, table, evaluation = (block for block in taken.blocks if block.startswith("mmdemo"))
    assert taken.run(one)
    answer = json.loads(taken.run(f"{one.strip()} --json"))["probabilities"]
    taken.run(table)
    with open(taken.folder / "answers.csv", encoding="utf-8-sig", newline="") as file:
        return answer, list(csv.DictReader(file)), taken.run(evaluation)


@pytest.mark.parametrize("kind", ["everyday", pytest.param("captions", marks=pytest.mark.thorough)])
def test_the_readme_works_when_followed_to_the_letter(
    kind: str, installed: Path, tmp_path: Path
) -> None:
    model = EVERYDAY if kind == "everyday" else _captions(tmp_path / "trained")
    home = tmp_path / "home"
    home.mkdir()
    taken = Taken(model_zip(model, "Shop & Söhne, v2"), home, installed)
    answer, rows, evaluation = follow(taken)

    pair = shlex.split(next(block for block in taken.blocks if "classify --model model --" in block))
    given = [str(taken.folder / word) if word == "photo.jpg" else word for word in pair[pair.index("model") + 1 :]]
    ours = json.loads(_ours("classify", "--model", str(model), *given, "--json"))["probabilities"]
    assert answer == pytest.approx(ours, abs=1e-6)
    best = max(ours, key=lambda label: ours[label])
    assert len(rows) == 1 and best in rows[0].values()
    accuracy = summarise(model).evaluation.heads["fused" if kind == "everyday" else "text"].accuracy
    assert f"{accuracy:.3f}" in evaluation
    assert ("photo.jpg" in taken.readme) == (kind == "everyday")


def _ours(*words: str) -> str:
    return run(shlex.join([sys.executable, "-m", "mmdemo", *words]), ROOT, {})


def _captions(folder: Path) -> Path:
    words = ["--data", "homonyms", "--set", "data.n=80", "--image-encoder", "none", "--text-encoder", "tfidf"]
    _ours("train", *words, "--C", "3", "--out", str(folder))
    return folder


def test_the_cards_command_trains_the_same_model_again(tmp_path: Path) -> None:
    first = _captions(tmp_path / "first")
    card = model_card(model_facts(first), "A")
    (command,) = re.findall(r"^    (python -m mmdemo train .*)$", card, re.MULTILINE)
    _ours(*shlex.split(command)[3:], "--out", str(tmp_path / "again"))
    one, other = summarise(first), summarise(tmp_path / "again")
    assert one.evaluation == other.evaluation
    assert one.manifest["dataset"]["fingerprint"] == other.manifest["dataset"]["fingerprint"]


def test_the_readme_names_what_the_app_has() -> None:
    said = " ".join(zip_readme(model_facts(EVERYDAY), "x").split())
    assert f"“{opened_model.TITLE}”" in said
