"""A model of very many pairs names a sample of them: what is told of the rest is true, and nothing forged crashes."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.manifest import read_manifest, write_manifest
from mmdemo.bundles.nearest import nearest
from mmdemo.bundles.parts import Parts, parts_of
from mmdemo.bundles.row_digests import recognised_by, row_digest, row_digests
from mmdemo.bundles.seen import trained_on
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save, save_parts
from mmdemo.datasets.base import Dataset
from mmdemo.modalities.registry import MODALITIES
from mmdemo.report.card import model_card
from mmdemo.studies.study import KINDS as STUDIES
from mmdemo.training.train import TrainedModel, train
from tests.command_line import CommandLine
from tests.models import Models, config
from tests.test_bundle_hostile import manifest_of, refused, seal

MANY = 9_500_000
NAMED = 10


def sampled(parts: Parts, n_train: int = MANY) -> Parts:
    """Return the parts of a model that was trained on so many pairs, of which it names the first few."""
    return replace(
        parts,
        n_train=n_train,
        train_ids=parts.train_ids[:NAMED],
        digests=parts.digests[:NAMED],
        train_features={name: block[:NAMED] for name, block in parts.train_features.items()},
    )


@cache
def trained(models: Models, folds: int) -> TrainedModel:
    return train(models.dataset, replace(config("efficientnet", "tfidf"), folds=folds))


@pytest.fixture(params=[1, 3])
def folds(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def bundle(models: Models, folds: int, tmp_path: Path) -> Path:
    save_parts(sampled(parts_of(trained(models, folds))), tmp_path / "many", "", {})
    return tmp_path / "many"


def renamed(dataset: Dataset) -> Dataset:
    return replace(dataset, frame=dataset.frame.set_axis([f"other {i}" for i in range(len(dataset.frame))]))


def test_a_model_that_names_all_its_pairs_is_written_as_ever(models: Models, folds: int, tmp_path: Path) -> None:
    made = trained(models, folds)
    save(made, tmp_path / "all", "", {})
    read = load(tmp_path / "all")
    assert "kept_train" not in read.manifest and read.manifest["n_train"] == len(made.train_ids)
    for known in (read.trained_on(), trained_on(made)):
        assert known.complete and known.caveat == ""
    assert read.names_all


def test_the_number_of_pairs_is_true_and_the_named_ones_are_used(bundle: Path, models: Models, folds: int) -> None:
    read, made = load(bundle), trained(models, folds)
    assert (read.manifest["n_train"], read.manifest["kept_train"]) == (MANY, NAMED)
    assert read.train_ids.tolist() == made.train_ids[:NAMED].tolist() and not read.names_all
    assert {name: block.shape[0] for name, block in read.train_features.items()} == {"image": NAMED, "text": NAMED}
    row = models.dataset.frame.loc[made.train_ids[3]]
    found = nearest(read, read.model.examine({"image": row["image"], "text": row["text"]}), count=50)
    assert len(found) == NAMED and found[0].row_id == made.train_ids[3]
    assert f"trained on {MANY:,}" in model_card_of(bundle)


def model_card_of(bundle: Path) -> str:
    return model_card(model_facts(bundle), "A model")


def test_pairs_that_are_not_named_cannot_be_recognised_and_that_is_said(
    bundle: Path, models: Models, folds: int
) -> None:
    known, made = load(bundle).trained_on(), trained(models, folds)
    assert not known.complete
    assert known.caveat == (
        "This model names only 10 of the 9,500,000 pairs that it was trained on, so some of the others may be counted "
        "here as new to it."
    )
    rows = models.dataset.frame.index
    assert known.seen(renamed(models.dataset)).tolist() == rows.isin(made.train_ids[:NAMED]).tolist()
    own = known.seen(models.dataset)
    assert own.all() if folds > 1 else own.tolist() == rows.isin(made.train_ids[:NAMED]).tolist()


def test_evaluate_says_so_of_other_data_and_not_of_its_own(
    bundle: Path, models: Models, folds: int, command_line: CommandLine
) -> None:
    read, drawn = load(bundle), models.folder / "drawn"
    command = ("evaluate", "--model", bundle, "--json", "--data")
    table = (drawn / "data.csv").read_text().splitlines()
    other = command_line.folder / "other"
    other.mkdir()
    for image in drawn.glob("*.png"):
        (other / image.name).write_bytes(image.read_bytes())
    (other / "data.csv").write_text("\n".join([table[0], *table[:0:-1]]))
    done = command_line.run(*command, other)
    assert done.status == 0 and done.err == f"{read.trained_on().caveat}\n"
    assert json.loads(done.out)["n_test"] == len(models.dataset.frame) - NAMED
    if folds > 1:
        assert "holds no pair that this model was not trained on" in command_line.refuse(*command, drawn)
    else:
        done = command_line.run(*command, drawn)
        assert (done.status, done.err) == (0, "") and json.loads(done.out)["n_test"] == len(read.held_out.ids)


@pytest.mark.parametrize("folds", [1], indirect=True)
@pytest.mark.parametrize("kept", [None, True, -1, 10.0, "10", [10], {}, MANY, MANY + 1, 10**17], ids=repr)
def test_a_number_of_named_pairs_that_cannot_be_is_refused(kept: Any, bundle: Path) -> None:
    assert "lacks a usable 'kept_train'" in refused(seal(bundle, kept_train=kept))


@pytest.mark.parametrize("folds", [1], indirect=True)
def test_a_number_of_named_pairs_that_is_not_true_is_refused(bundle: Path) -> None:
    for kept in (0, NAMED - 1, NAMED + 1, MANY - 1):
        assert "it does not say which pairs it was trained on" in refused(seal(bundle, kept_train=kept))
    write_manifest(bundle, {key: value for key, value in manifest_of(bundle).items() if key != "kept_train"})
    assert "it does not say which pairs it was trained on" in refused(bundle)


@pytest.mark.parametrize("folds", [1], indirect=True)
@pytest.mark.parametrize("n_train", [NAMED, NAMED - 1, 0])
def test_fewer_pairs_than_it_names_are_refused(n_train: int, bundle: Path) -> None:
    assert "lacks a usable 'kept_train'" in refused(seal(bundle, n_train=n_train))


def test_a_number_of_pairs_that_nobody_has_leads_nowhere(bundle: Path) -> None:
    read = load(seal(bundle, n_train=10**17, seconds=None))
    assert read_manifest(bundle)["n_train"] == summarise(bundle).manifest["n_train"] == 10**17
    assert all(0 < kind.seconds(read) < np.inf for kind in STUDIES.values())
    assert f"{10**17:,}" in model_card_of(bundle) and f"{10**17:,}" in read.trained_on().caveat


def _familiar(bundle, dataset, row_id):
    from mmdemo.ui import effect_view

    effect_view.familiarity(bundle, dataset, row_id)


def _near(bundle, pair):
    from mmdemo.ui.pages.classify.neighbours import neighbours

    neighbours(bundle, bundle.model.examine(pair), ())


def said(draw: Any, **given: Any) -> str:
    app = AppTest.from_function(draw, kwargs=given, default_timeout=60).run()
    assert not app.exception
    return " ".join(str(element.value) for element in app.caption)


@pytest.mark.slow
@pytest.mark.parametrize("folds", [1], indirect=True)
def test_pages_say_that_a_pair_may_have_been_trained_on(bundle: Path, models: Models) -> None:
    read, made = load(bundle), trained(models, 1)
    named, other, tested = made.train_ids[0], made.train_ids[NAMED], made.held_out.ids[0]
    given = {"bundle": read, "dataset": models.dataset}
    assert "was trained on this very pair" in said(_familiar, row_id=named, **given)
    assert "names only 10 of the 9,500,000 pairs" in said(_familiar, row_id=other, **given)
    assert said(_familiar, row_id=tested, **given) == ""
    pair = {name: models.dataset.frame.loc[named, name] for name in read.model.encoders}
    near = said(_near, bundle=read, pair=pair)
    assert "among 10 of the 9,500,000 pairs that the model was trained on" in near


def test_the_digest_of_a_pair_is_that_of_its_values_however_they_are_held(models: Models) -> None:
    frame, both = models.dataset.frame, config("efficientnet", "tfidf")
    assert recognised_by(frame.columns, both) == ["image"]
    assert recognised_by(["label", "text"], both) == ["text"]
    assert recognised_by(frame.columns, config("none", "tfidf")) == ["image", "text"]
    for of in (both, config("none", "tfidf")):
        rows = []
        for image, text in zip(frame["image"], frame["text"], strict=True):
            values = {"image": Path(image).read_bytes(), "text": text}
            rows.append(row_digest([MODALITIES[name].digest(values[name]) for name in recognised_by(values, of)]))
        assert rows == row_digests(frame, of).tolist() and set(map(len, rows)) == {32}
    assert row_digest(["", "a"]) != row_digest(["a", ""])
