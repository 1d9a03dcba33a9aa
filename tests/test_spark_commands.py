"""The commands with --engine spark, each in a process of its own, as a person calls them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mmdemo.datasets.registry import load
from tests.spark_cluster import LOOPBACK, ROOT, need_spark
from tests.spark_pairs import rows_of, write_table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SPARK = ("--engine", "spark", "--master", "local[2]")
PATIENCE = 300  # seconds
QUICK = ("--C", "1", "--text-encoder", "tfidf")


@dataclass(frozen=True)
class Done:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one sentence of a command that was refused, and nothing besides it."""
        assert (self.status, self.out) == (2, "")
        assert self.err.startswith("Error: ") and self.err.count("\n") == 1, self.err
        return self.err.removeprefix("Error: ").rstrip("\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table `pairs` and what is wrong with others."""
    need_spark()
    place = tmp_path_factory.mktemp("commands")
    sample = load("homonyms", n=80)
    write_table(rows_of(sample), sample.classes, place / "pairs")
    (place / "damaged.parquet").write_bytes(b"PAR1" + bytes(300) + b"PAR1")
    (place / "empty").mkdir()
    return place


def _start(folder: Path, arguments: Sequence[object]) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MMDEMO_RUNS_DIR": str(folder / "runs"),
                                "SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_DIRS": str(folder / "scratch")}  # fmt: skip
    command = [sys.executable, "-m", "mmdemo", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip


def _run(folder: Path, *arguments: object) -> Done:
    process = _start(folder, arguments)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return Done(process.returncode, out, err)


@pytest.fixture(scope="module")
def trained(folder: Path) -> tuple[Done, list[dict[str, Any]]]:
    """A training, and the lines that it wrote."""
    done = _run(folder, "train", "--data", "pairs", *SPARK, *QUICK, "--out", "model", "--progress", "json")
    assert (done.status, done.err) == (0, "")
    return done, [json.loads(line) for line in done.out.splitlines()]


def test_a_training_says_how_far_it_is(trained: tuple[Done, list[dict[str, Any]]]) -> None:
    from mmdemo.spark.progress import STAGES

    *lines, _ = trained[1]
    assert all(set(line) == {"event", "stage", "done"} and line["event"] == "stage" for line in lines)
    stages = list(dict.fromkeys(line["stage"] for line in lines))
    assert set(stages) == set(STAGES) - {"draw", "classify"} and (stages[0], stages[-1]) == ("read", "save")
    for stage in stages:
        shares = [line["done"] for line in lines if line["stage"] == stage]
        assert shares == sorted(shares) and (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_training_ends_with_its_results(trained: tuple[Done, list[dict[str, Any]]], folder: Path) -> None:
    result = trained[1][-1]
    assert result["event"] == "result" and result["engine"] == "spark" and result["rows"] == 80
    assert set(result) == {
        "event", "classes", "n_train", "n_test", "folds", "rows", "passes", "heads", "adds", "gain", "unrepeated",
        "verdict", "left_out_kinds", "left_out", "seconds", "peak_mb", "engine", "driver_mb", "bundle", "command",
    }  # fmt: skip
    assert result["n_train"] + result["n_test"] == 80 and set(result["heads"]) == {"image", "text", "fused"}
    assert result["command"].endswith("--engine spark") and (folder / "model" / "manifest.json").is_file()
    assert not list(folder.glob("*left-out*"))  # nothing was


def test_a_table_is_classified(trained: tuple[Done, list[dict[str, Any]]], folder: Path) -> None:
    classes = trained[1][-1]["classes"]
    asked = ("classify", "--model", "model", "--data", "pairs", *SPARK, "--output", "answers", "--json")
    done = _run(folder, *asked, "--progress", "none")
    assert (done.status, done.err) == (0, "")
    answers = pq.read_table(folder / "answers").to_pylist()
    assert len(answers) == 80 and len({row["row"] for row in answers}) == 80
    assert {row["predicted"] for row in answers} <= set(classes)
    assert {"row", "text", "label", "predicted", "probability"} <= set(answers[0]) and "image" not in answers[0]
    assert json.loads(done.out)["classified"] == 80
    assert _run(folder, *asked, "--progress", "none").refusal == (
        "There is something at 'answers' already; give a new folder, or remove that one first."
    )
    assert len(pq.read_table(folder / "answers")) == 80


def test_a_model_is_evaluated(trained: tuple[Done, list[dict[str, Any]]], folder: Path) -> None:
    done = _run(folder, "evaluate", "--model", "model", "--data", "pairs", *SPARK, "--json")
    assert done.status == 0 and "Java" not in done.err and "WARN" not in done.err
    found, result = json.loads(done.out), trained[1][-1]
    assert found["n_test"] == result["n_test"] and found["classes"] == result["classes"]
    for head, told in result["heads"].items():
        assert found["heads"][head]["accuracy"] == pytest.approx(told["accuracy"], abs=1e-9)


TRAIN = ("train", "--out", "other", *QUICK)
REFUSED: dict[str, tuple[Sequence[str], str]] = {
    "nothing there": ((*TRAIN, *SPARK, "--data", "nowhere"), "There is no dataset 'nowhere'"),
    "damaged": ((*TRAIN, *SPARK, "--data", "damaged.parquet"), "'damaged.parquet' cannot be read as Parquet: "),
    "empty folder": ((*TRAIN, *SPARK, "--data", "empty"), "'empty'"),
    "nothing elsewhere": ((*TRAIN, *SPARK, "--data", "file:/nowhere/pairs"), "Path does not exist: file:/nowhere"),
    "no such files": ((*TRAIN, *SPARK, "--data", "nosuch://pairs"), 'No FileSystem for scheme "nosuch"'),
    "unknown column": ((*TRAIN, *SPARK, "--data", "pairs", "--label", "kind"), "has no column 'kind'; its columns are"),
    "no Spark": ((*TRAIN, "--data", "pairs", "--master", "local[2]"), "--master and --conf are for Spark; add"),
    "no master": ((*TRAIN, "--data", "pairs", "--engine", "spark", "--master", "spark://127.0.0.1:1"),
                  "No Spark master answers at 'spark://127.0.0.1:1'"),
    "nonsense as master": ((*TRAIN, "--data", "pairs", "--engine", "spark", "--master", "my-cluster"),
                           "Spark does not start: Master must either be yarn or start with"),
    "nonsense as heap": ((*TRAIN, "--data", "pairs", *SPARK, "--conf", "spark.driver.memory=lots"),
                         "Spark does not start: Invalid maximum heap size: -Xmxlots."),
    "nonsense as conf": ((*TRAIN, "--data", "pairs", *SPARK, "--conf", "lots"), "Got --conf lots but expected"),
    "a network": ((*TRAIN, *SPARK, "--data", "pairs", "--image-encoder", "trained_cnn"), "A network is trained on one"),
    "its article": ((*TRAIN, *SPARK, "--data", "pairs", "--image-encoder", "article_cnn"), "through Spark; choose"),
    "a place taken": (("train", *SPARK, "--data", "pairs", "--out", "pairs"), "pairs"),
    "a file to write": (("classify", *SPARK, "--data", "pairs", "--output", "answers.csv"), "give --output a folder"),
    "no output": (("classify", *SPARK, "--data", "pairs"), "--engine spark needs --data and --output FOLDER"),
    "unlabelled": ((*TRAIN, *SPARK, "--data", "pairs", "--label", "none"), "has no column that seems to hold"),
}  # fmt: skip


LIKE_OTHERS = ("nothing elsewhere", "no such files", "unlabelled")  # each starts Java for a sentence of a kind seen
ASKED = [pytest.param(name, marks=pytest.mark.thorough) if name in LIKE_OTHERS else name for name in REFUSED]


@pytest.mark.parametrize("name", ASKED)
def test_what_cannot_be_done_is_one_sentence(name: str, folder: Path) -> None:
    arguments, sentence = REFUSED[name]
    before = sorted(folder.iterdir())
    refusal = _run(folder, *arguments).refusal
    assert sentence in refusal and not any(word in refusal for word in ("Exception", "SQLSTATE", "Caused by", "\tat "))
    assert [path for path in sorted(folder.iterdir()) if path not in before] in ([], [folder / "scratch"])


@pytest.mark.parametrize("command", ["train", pytest.param("classify", marks=pytest.mark.thorough)])
def test_a_command_that_is_stopped_leaves_nothing(command: str, folder: Path) -> None:
    """A terminal sends the signal to everything that the command has started, too."""
    asked = {"train": ("--out", "stopped", *QUICK), "classify": ("--output", "stopped")}
    process = _start(folder, (command, "--data", "pairs", *SPARK, *asked[command], "--progress", "json"))
    stage = {"train": "encode", "classify": "classify"}[command]
    assert process.stdout is not None
    assert any(json.loads(line)["stage"] == stage for line in process.stdout)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err.strip()) == (130, "Stopped.")
    assert not list(folder.glob("*stopped*")) and not list(folder.glob(".*"))
