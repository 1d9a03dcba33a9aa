"""`train` tells how far it is, leaves a bundle, and ends with what it promises."""

import json
import re
from pathlib import Path

import pytest

from mmdemo.bundles.bundle import load
from mmdemo.training.clock import STAGES
from tests.command_line import CommandLine
from tests.models import Models, run

METRICS = ["accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro", "ci95"]
FAST = ("--C", "3", "--image-encoder", "none")


def check(found: dict) -> None:
    """Assert that a result has the keys and types that are promised."""
    assert list(found) == [
        "classes", "n_train", "n_test", "folds", "heads", "adds", "gain", "unrepeated", "verdict", "left_out",
        "seconds", "peak_mb", "bundle", "command",
    ]  # fmt: skip
    assert (found["classes"], found["n_train"], found["n_test"]) == (["ball", "box", "flag"], 36, 36)
    assert (found["folds"], found["left_out"]) == (5, [])
    for head in found["heads"].values():
        assert list(head) == METRICS and all(0 <= head[name] <= 1 for name in METRICS[:-1])
        assert 0 <= head["ci95"][0] <= head["accuracy"] <= head["ci95"][1] <= 1
    assert list(found["seconds"]) == ["load", "features", "fit", "evaluate", "total"]
    assert sum(list(found["seconds"].values())[:-1]) <= found["seconds"]["total"]
    assert 50 < found["peak_mb"] < 2_000


@pytest.fixture(scope="module")
def data(models: Models) -> Path:
    return models.folder / "drawn"


@pytest.mark.slow
def test_the_result_is_the_last_line_and_bars_go_to_stderr(data: Path, tmp_path: Path) -> None:
    done = run("train", "--data", data, "--C", "3", "--out", tmp_path / "model", "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    found = json.loads(done.stdout)
    check(found)
    assert list(found["heads"]) == ["image", "text", "fused"]
    assert list(found["gain"]) == ["over", "accuracy", "ci95", "mcnemar_p"]
    assert {name: added["over"] for name, added in found["adds"].items()} == {"image": "text", "text": "image"}
    for name, added in found["adds"].items():
        gain = found["heads"]["fused"]["accuracy"] - found["heads"][added["over"]]["accuracy"]
        assert added["accuracy"] == pytest.approx(gain), name
    assert found["gain"] == min(found["adds"].values(), key=lambda added: added["accuracy"])
    assert found["bundle"] == str(tmp_path / "model")
    assert found["command"].startswith(f"python -m mmdemo train --data {data} --image-encoder efficientnet")
    bars = done.stderr.splitlines()
    assert [line.split()[0] for line in bars] == ["Loading", "Encoding", "Fitting", "Judging", "Saving"]
    shares = [int(re.search(r"] +(\d+)%", line).group(1)) for line in bars]
    assert shares == sorted(set(shares)) and shares[-1] == 100  # one bar for the whole run


def test_progress_as_json_lines(data: Path, command_line: CommandLine) -> None:
    done = command_line.run("train", "--data", data, *FAST, "--progress", "json")
    assert (done.status, done.err) == (0, "")
    *events, result = [json.loads(line) for line in done.out.splitlines()]
    assert {event["event"] for event in events} == {"stage", "fold"}
    assert [event["fold"] for event in events if event["event"] == "fold"] == [1, 2, 3, 4, 5]
    events = [event for event in events if event["event"] == "stage"]
    assert list(dict.fromkeys(event["stage"] for event in events)) == list(STAGES)
    for stage in STAGES:
        shares = [event["done"] for event in events if event["stage"] == stage]
        assert (shares[0], shares[-1]) == (0, 1) and shares == sorted(shares)
    wholes, lefts = ([event[key] for event in events if key in event] for key in ("whole", "left"))
    assert len(wholes) == len(events) and wholes == sorted(wholes) and (wholes[0], wholes[-1]) == (0, 1)
    assert lefts and min(lefts) >= 0 and lefts[-1] == 0
    assert result.pop("event") == "result"
    check(result)
    assert Path(result["bundle"]).parent == command_line.folder / "runs"
    assert load(result["bundle"]).manifest["command"] == result["command"]


def test_both_give_the_result_without_an_event(data: Path, command_line: CommandLine) -> None:
    done = command_line.run("train", "--data", data, *FAST, "--progress", "json", "--json")
    *events, result = [json.loads(line) for line in done.out.splitlines()]
    assert all("event" in event for event in events)
    check(result)
    assert result["gain"] is None and list(result["heads"]) == ["text"]


def test_one_split_as_in_the_article(data: Path, command_line: CommandLine) -> None:
    done = command_line.run("train", "--data", data, *FAST, "--folds", "1", "--out", "model", "--json")
    found = json.loads(done.out)
    assert (found["folds"], found["n_train"], found["n_test"]) == (1, 28, 8)
    assert "--folds 1" in found["command"]
    assert not (command_line.folder / "model" / "folds.npz").exists()


def test_the_same_in_words(data: Path, command_line: CommandLine) -> None:
    done = command_line.run("train", "--data", data, *FAST, "--out", "model", "--progress", "none")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Trained on 36 pairs of 3 classes: ball, box, flag."
    assert lines[1].startswith("Took ") and lines[1].endswith(" Model: model")
    assert lines[-2] == "One modality only: there is nothing to compare."
    assert lines[-1] == "Measured on 36 pairs, each held out once (5 folds)."
    again = command_line.run("train", "--data", data, *FAST, "--out", "model", "--progress", "none")
    assert (again.status, again.err) == (0, "")
    assert [path.name for path in command_line.folder.iterdir() if path.name != "cache"] == ["model"]


def test_nothing_of_ones_own_data_is_kept_beside_the_model(data: Path, command_line: CommandLine) -> None:
    done = command_line.run("train", "--data", data, "--C", "3", "--out", "model", "--progress", "none")
    assert done.status == 0
    kept = {path.suffix for path in command_line.folder.rglob("*") if path.is_file()}
    assert kept == {".json", ".npz", ".npy"}
