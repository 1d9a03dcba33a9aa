"""`evaluate` tries a model on pairs that it was not trained on, wherever they come from."""

import json
import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from mmdemo import Dataset, load_model
from mmdemo.bundles.bundle import load
from mmdemo.bundles.writing import save
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.training.train import TrainedModel, train
from tests.command_line import CommandLine
from tests.models import Models, config


@pytest.fixture(scope="module")
def bundle(models: Models) -> Path:
    save(one_split(models), models.folder / "for_evaluate", "", {})
    return models.folder / "for_evaluate"


@cache
def one_split(models: Models) -> TrainedModel:
    """A model that has not seen every pair."""
    return train(models.dataset, replace(config("efficientnet", "tfidf"), folds=1))


@pytest.fixture
def copied(models: Models, command_line: CommandLine) -> Path:
    return Path(shutil.copytree(models.folder / "drawn", command_line.folder / "copied"))


def evaluated(command_line: CommandLine, *arguments: object) -> dict:
    done = command_line.run("evaluate", *arguments, "--json")
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def numbers(found: dict) -> dict:
    """Return a result without what only the held-out pairs of a training have: which of them stand twice."""
    return {key: value for key, value in found.items() if key != "unrepeated"}


def test_the_pairs_held_out_in_training(bundle: Path, models: Models, command_line: CommandLine) -> None:
    found = evaluated(command_line, "--model", bundle)
    assert list(found) == ["classes", "n_test", "heads", "adds", "gain", "unrepeated", "verdict"]
    assert found["n_test"] == 8
    expected = one_split(models).evaluation
    assert {head: values["f1_macro"] for head, values in found["heads"].items()} == {
        head: values.f1_macro for head, values in expected.heads.items()
    }


def test_the_data_of_the_training_leaves_those_very_pairs(
    bundle: Path, models: Models, command_line: CommandLine
) -> None:
    given = evaluated(command_line, "--model", bundle, "--data", models.folder / "drawn")
    assert numbers(given) == numbers(evaluated(command_line, "--model", bundle))


def test_pairs_seen_in_training_are_known_under_other_names(
    bundle: Path, copied: Path, command_line: CommandLine
) -> None:
    header, *rows = (copied / "data.csv").read_text().splitlines()
    (copied / "data.csv").write_text("\n".join([header, *reversed(rows)]))
    given = evaluated(command_line, "--model", bundle, "--data", copied)
    assert numbers(given) == numbers(evaluated(command_line, "--model", bundle))


def test_when_every_pair_was_seen(bundle: Path, copied: Path, command_line: CommandLine) -> None:
    header, *rows = (copied / "data.csv").read_text().splitlines()
    seen = load(bundle).train_ids
    kept = [row for number, row in enumerate(rows, start=2) if f"row {number}" in seen]
    (copied / "data.csv").write_text("\n".join([header, *kept]))
    sentence = command_line.refuse("evaluate", "--model", bundle, "--data", copied)
    assert sentence == (
        f"{copied} holds no pair that this model was not trained on; give other data, or none for the results on the "
        "pairs that were held out in training."
    )


def test_after_folds_every_pair_of_the_training_was_seen(models: Models, command_line: CommandLine) -> None:
    save(models.trained("none", "tfidf"), models.folder / "in_folds", "", {})
    folder = models.folder / "drawn"
    sentence = command_line.refuse("evaluate", "--model", models.folder / "in_folds", "--data", folder)
    assert "give other data, or none for the results on the pairs that were held out" in sentence


def test_copies_in_other_data_are_no_further_evidence(bundle: Path, models: Models) -> None:
    def width(copies: int) -> float:
        frame = pd.concat([models.dataset.frame.loc[load(bundle).held_out.ids]] * copies)
        low, high = load_model(bundle).evaluate(Dataset.from_frame(frame)).heads["fused"].ci95
        return high - low

    assert width(5) > 0.9 * width(1)


def test_labels_that_the_model_does_not_know(bundle: Path, copied: Path, command_line: CommandLine) -> None:
    table = (copied / "data.csv").read_text()
    (copied / "data.csv").write_text(table.replace(",flag\n", ",banner\n").replace(",box\n", ",Box\n"))
    done = command_line.run("evaluate", "--model", bundle, "--data", copied, "--json")
    assert json.loads(done.out)["n_test"] == sum(load(bundle).held_out.labels != "flag")
    assert done.err.startswith("Not counted: ") and done.err.endswith("that this model does not know: 'banner'.\n")
    (copied / "data.csv").write_text(re.sub(",(ball|box|flag)\n", ",banner\n", table))
    sentence = command_line.refuse("evaluate", "--model", bundle, "--data", copied)
    assert sentence == f"{copied} has the labels banner, none of which this model knows; it knows ball, box, flag."


def test_fewer_labels_are_enough(bundle: Path, copied: Path, command_line: CommandLine) -> None:
    lines = [line for line in (copied / "data.csv").read_text().splitlines() if not line.endswith(",flag")]
    (copied / "data.csv").write_text("\n".join(lines))
    held_out = load(bundle).held_out.labels
    assert evaluated(command_line, "--model", bundle, "--data", copied)["n_test"] == sum(held_out != "flag")


def test_a_sample_keeps_the_options_of_the_training(command_line: CommandLine) -> None:
    sample = ("--data", "homonyms")
    trained = ("train", *sample, "--set", "data.n=40", "--image-encoder", "none", "--C", "3", "--folds", "1")
    trained = (*trained, "--out", "model")
    assert command_line.run(*trained, "--progress", "none").status == 0
    model = ("--model", "model")
    assert numbers(evaluated(command_line, *model, *sample)) == numbers(evaluated(command_line, *model))
    assert evaluated(command_line, *model, *sample, "--set", "data.seed=7")["n_test"] == 40
    assert evaluated(command_line, *model, *sample, "--set", "data.n=80")["n_test"] in range(70, 81)


def test_a_made_up_manifest_does_not_choose_where_a_sample_writes(
    command_line: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    trained = train(homonyms(n=40), ModelConfig({"text": "tfidf"}, C=3.0, folds=1))
    made_up = replace(trained.dataset, options={**trained.dataset.options, "directory": str(elsewhere)})
    save(replace(trained, dataset=made_up), command_line.folder / "made_up", "", {})
    evaluated(command_line, "--model", "made_up", "--data", "homonyms")
    assert not list(elsewhere.iterdir())


def test_the_same_in_words(bundle: Path, command_line: CommandLine) -> None:
    done = command_line.run("evaluate", "--model", bundle)
    assert (done.status, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()[:4]] == ["accuracy", "image", "text", "fused"]
    assert "8 held-out pairs" in done.out


def test_words_seen_in_training_are_known_when_rows_have_moved(
    models: Models, copied: Path, command_line: CommandLine
) -> None:
    trained = train(models.dataset, replace(config("none", "tfidf"), folds=1))
    save(trained, models.folder / "words_only", "", {})
    header, *rows = (copied / "data.csv").read_text().splitlines()
    (copied / "data.csv").write_text("\n".join([header, rows[0], *rows]))
    expected = evaluated(command_line, "--model", models.folder / "words_only")
    found = evaluated(command_line, "--model", models.folder / "words_only", "--data", copied)
    assert found["n_test"] <= expected["n_test"] + 1
    assert abs(found["heads"]["text"]["accuracy"] - expected["heads"]["text"]["accuracy"]) < 0.2
