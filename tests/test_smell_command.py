"""From a table to a report by the command line, with a modality that the library does not know."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mmdemo.library import Dataset, load_dataset, load_model, train
from mmdemo.modalities.modality import Modality
from mmdemo.model.heads import head_words
from tests.command_line import CommandLine
from tests.smell import CLASSES, MINIMAL, SMELL, drawn, registered

EVERYTHING = ("image", "text", "smell")
QUIET = ("--progress", "none", "--json")
SMALL = {EVERYTHING: ("--image-encoder", "article_cnn", "--set", "image.size=32")}
"""Options for a network that sees an image in a moment: how it stands up to damage is asked of each."""


@pytest.fixture(
    params=[(SMELL, False), (SMELL, True), (MINIMAL, True)], ids=["beside the others", "alone", "alone and minimal"]
)
def used(request: pytest.FixtureRequest) -> Iterator[tuple[str, ...]]:
    """The modalities of the data, while they are registered."""
    smell, alone = request.param
    assert isinstance(smell, Modality)
    with registered(smell, alone):
        yield ("smell",) if alone else EVERYTHING


def test_it_is_trained_evaluated_asked_and_reported(used: tuple[str, ...], command_line: CommandLine) -> None:
    folder = command_line.folder / "data"
    folder.mkdir()
    drawn(folder, modalities=used)

    def run(*arguments: str | Path) -> str:
        done = command_line.run(*arguments)
        assert (done.status, done.err) == (0, ""), done
        return done.out

    assert "80 pairs of 4 classes" in run("data", folder)
    trained = json.loads(run("train", "--data", folder, "--C", "10", "--out", "model", *SMALL.get(used, ()), *QUIET))
    assert list(trained["heads"])[-1] == ("smell" if len(used) == 1 else "fused")
    assert set(trained["adds"]) == (set(used) if len(used) > 1 else set())
    evaluated = json.loads(run("evaluate", "--model", "model", "--json"))
    assert evaluated["heads"] == trained["heads"]
    answer = json.loads(run("classify", "--model", "model", "--smell", "0 0 1 0", "--json"))
    assert (answer["head"], answer["label"]) == ("smell", "campfire")
    assert answer["contributions"]["smell"] != 0
    run("classify", "--model", "model", "--data", folder, "--output", "answers.csv", "--progress", "none")
    rows = list(csv.DictReader((command_line.folder / "answers.csv").read_text("utf-8-sig").splitlines()))
    assert {row["model used"] for row in rows} == {head_words(list(trained["heads"])[-1], used)}
    assert not any(row["error"] for row in rows)
    for kind in ("learning", "robustness"):
        studied = json.loads(run("study", "--model", "model", "--data", folder, "--kind", kind, *QUIET))["result"]
        assert studied["accuracy"].keys() == trained["heads"].keys() if kind == "learning" else studied["curves"]
    run("report", "--model", "model", "--data", folder, "--output", "report.html")
    report = (command_line.folder / "report.html").read_text("utf-8")
    assert "Smell" in report and ("The image as the model sees it" in report) == ("image" in used)


def test_the_library_takes_it(used: tuple[str, ...], tmp_path: Path) -> None:
    data = drawn(tmp_path, modalities=used)
    assert Dataset.from_frame(data.frame).modalities == used
    read = load_dataset(tmp_path)
    np.testing.assert_array_equal(read.frame["smell"], data.frame["smell"])
    model = train(read, smell_encoder="nose", C=10)
    assert set(model.model.encoders) == set(used)
    model.save(tmp_path / "model")
    again = load_model(tmp_path / "model")
    assert again.evaluation == model.evaluation
    assert again.classes_.tolist() == sorted(CLASSES)
    np.testing.assert_allclose(again.predict_proba(read.frame), model.predict_proba(read.frame), atol=1e-6)
    found = again.explain(smell=read.frame["smell"].iloc[0])
    np.testing.assert_allclose(found.intercept + found.parts["smell"].total, found.logits, atol=1e-4)
