"""Training: which pairs are held out and left out, what it leaves, and what it refuses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmdemo.datasets.base import Dataset
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import NEVER
from mmdemo.training.split import prepare, usable_rows
from mmdemo.training.train import train
from tests.models import drawn

WORDS = ModelConfig(encoders={"text": "tfidf"}, C=10.0)


def frame_of(*labels: str) -> pd.DataFrame:
    captions = [f"a {label} {i}" for i, label in enumerate(labels)]
    ids = [f"row {i}" for i in range(len(labels))]
    return pd.DataFrame({"image": "", "text": captions, "label": labels}, index=ids)


def dataset_of(*labels: str) -> Dataset:
    return Dataset(frame_of(*labels), name="words", source="A test.", licence="CC0-1.0")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return drawn(tmp_path_factory.mktemp("drawn"))


@pytest.mark.parametrize("folds", [3, 5, 10])
def test_every_pair_is_held_out_once(folds: int) -> None:
    trained = train(dataset_of(*["a", "b", "c"] * 10), replace(WORDS, folds=folds))
    assert sorted(trained.held_out.ids) == sorted(trained.train_ids) == sorted(trained.dataset.frame.index)
    assert set(trained.held_out.fold) == set(trained.fold_models) == set(range(folds))


def test_one_split_holds_out_a_fifth_and_its_model_knows_the_rest() -> None:
    trained = train(dataset_of(*["a", "b", "c"] * 10), replace(WORDS, folds=1))
    assert len(trained.held_out.ids) == 6
    assert {*trained.held_out.ids} | {*trained.train_ids} == {*trained.dataset.frame.index}
    assert not {*trained.held_out.ids} & {*trained.train_ids}
    assert trained.fold_models == {}


def test_folds_do_not_depend_on_the_configuration() -> None:
    dataset = dataset_of(*["a", "b"] * 30)
    once = prepare(dataset, replace(WORDS, seed=1)).fold
    assert prepare(dataset, ModelConfig({"text": "word_vectors"}, {"text": {"ngrams": 2}}, seed=1)).fold.tolist() == (
        once.tolist()
    )
    assert prepare(dataset, replace(WORDS, seed=2)).fold.tolist() != once.tolist()


TOO_FEW = "The data has only one class that can be used ('cat'); a classifier needs at least two."


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["cat"] * 9, TOO_FEW),
        (
            ["cat"] * 9 + ["dog"] * 4 + ["bat"],
            f"{TOO_FEW} Left out: the class 'bat', which has only 1 row; a class needs 5 different pairs; "
            "the class 'dog', which has only 4 rows; a class needs 5 different pairs.",
        ),
    ],
)
def test_what_cannot_be_divided_is_one_clear_sentence(labels: list[str], message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        train(dataset_of(*labels), WORDS)
    assert str(caught.value) == message


@pytest.mark.parametrize("folds", [1, 3, 5, 10])
@pytest.mark.parametrize("classes", [2, 10])
def test_the_fewest_pairs_that_are_allowed_are_enough(classes: int, folds: int) -> None:
    dataset = dataset_of(*[f"label{i}" for i in range(classes)] * 5)
    trained = train(dataset, replace(WORDS, C=None, folds=folds))
    assert len(trained.held_out.ids) == (classes if folds == 1 else 5 * classes)
    assert set(trained.fold_models) == (set() if folds == 1 else set(trained.held_out.fold))
    assert len(trained.model.classes) == classes
    for rows in trained.held_out.probabilities.values():
        np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-6)


def without_words(dataset: Dataset, *rows: str) -> Dataset:
    frame = dataset.frame.copy()
    frame.loc[list(rows), "text"] = ["", "?!", "<b></b> 🎈"][: len(rows)] if len(rows) <= 3 else "!!"
    return replace(dataset, frame=frame)


def test_pairs_without_anything_to_go_by_are_left_out_and_named() -> None:
    dataset = without_words(dataset_of(*["cat", "dog"] * 20), "row 0", "row 3", "row 4")
    trained = train(dataset, WORDS)
    assert not {"row 0", "row 3", "row 4"} & {*trained.train_ids, *trained.held_out.ids}
    assert len(trained.held_out.ids) == 37
    assert [(row.row, row.reason) for row in trained.left_out] == [
        (row, "holds no caption with at least one word in it") for row in ("row 0", "row 3", "row 4")
    ]
    pictures = ModelConfig(encoders={"image": "efficientnet"})
    assert len(usable_rows(replace(dataset, frame=dataset.frame.assign(image="x")), pictures)) == 40


def test_a_class_without_words_keeps_its_images(data: Dataset) -> None:
    wordless = without_words(data, *data.frame.index[data.frame["label"] == "box"])
    trained = train(wordless, ModelConfig(C=10.0))
    assert trained.model.classes == ("ball", "box", "flag")
    assert len(trained.held_out.ids) == len(data.frame)
    boxes = trained.held_out.labels == "box"
    image, fused = (trained.held_out.probabilities[head][boxes] for head in ("image", "fused"))
    np.testing.assert_array_equal(image, fused)  # answered by the model for what is there
    assert "box" not in trained.held_out.guesses("text")[~boxes]  # no caption ever spoke of one
    assert trained.model.classify({"text": "a round ball"}).probabilities[1] < 1e-6


def test_a_class_that_vanishes_is_named(data: Dataset) -> None:
    wordless = without_words(data, *data.frame.index[data.frame["label"] == "box"])
    trained = train(wordless, WORDS)
    assert trained.model.classes == ("ball", "flag")
    said = "Left out: the class 'box', which has no pair that holds a caption with at least one word in it."
    assert said in trained.notes
    assert {row.reason for row in trained.left_out} == {"holds no caption with at least one word in it"}


def test_a_rare_class_is_left_out_and_costs_no_other() -> None:
    dataset = dataset_of(*["a", "b"] * 10, *["ox"] * 12)
    tied = [""] * 20 + [f"photo {i // 4}" for i in range(12)]
    found = prepare(replace(dataset, frame=dataset.frame.assign(group=tied)), WORDS)
    reason = "the class 'ox', which has 12 rows that are only 3 different pairs; a class needs 5"
    assert {row.reason for row in found.left_out} == {f"is of {reason}"} and len(found.left_out) == 12
    assert f"Left out: {reason}." in found.notes
    assert sorted(set(found.labels)) == ["a", "b"] and len(found.fold) == 20


def test_a_class_that_a_split_holds_out_almost_whole_is_left_out() -> None:
    dataset = dataset_of(*["a", "b"] * 15, *["ox"] * 5)
    found = [prepare(dataset, replace(WORDS, folds=1, seed=seed)) for seed in range(40)]
    without = [one for one in found if "ox" not in one.labels]
    assert without and all({row.row for row in one.left_out} == {f"row {i}" for i in range(30, 35)} for one in without)
    assert "cannot be divided into pairs to train on and pairs to test with" in without[0].left_out[0].reason


def test_what_training_leaves_fits_together(data: Dataset) -> None:
    told: list[dict[str, object]] = []
    trained = train(data, ModelConfig(C=10.0), lambda event: told.append(dict(event)))
    held_out, labels = trained.held_out, data.frame["label"]
    assert held_out.labels.tolist() == labels[held_out.ids].tolist()
    assert trained.model.classes == ("ball", "box", "flag")
    for head, rows in held_out.probabilities.items():
        np.testing.assert_allclose(rows.sum(axis=1), 1)
        right = np.array(trained.model.classes)[rows.argmax(axis=1)] == held_out.labels
        assert trained.evaluation.heads[head].accuracy == pytest.approx(right.mean())
    for name, block in trained.train_features.items():
        assert block.shape[0] == len(trained.train_ids)
        rows = trained.model.encoders[name].transform(data.frame.loc[trained.train_ids, name].tolist())
        assert abs(block - rows).max() < 1e-6
    assert set(trained.seconds) == {"features", "fit", "evaluate"}
    stages = [event for event in told if event["event"] == "stage"]
    assert [event["stage"] for event in stages if event["done"] == 0] == ["features", "fit", "evaluate"]
    assert all(0 <= event["done"] <= 1 for event in stages)
    fits = [event["done"] for event in stages if event["stage"] == "fit"]
    assert fits == sorted(fits)


def test_every_held_out_pair_is_answered_by_the_models_of_its_fold(data: Dataset) -> None:
    trained = train(data, ModelConfig(C=10.0))
    for fold, model in trained.fold_models.items():
        rows = trained.held_out.fold == fold
        frame = data.frame.loc[trained.held_out.ids[rows]]
        again = model.probabilities({name: frame[name].tolist() for name in ("image", "text")})
        for head, found in again.items():
            np.testing.assert_allclose(found, trained.held_out.probabilities[head][rows], atol=1e-5)


def test_the_first_folds_result_is_told_at_once(data: Dataset) -> None:
    told: list[dict[str, object]] = []
    trained = train(data, ModelConfig(C=10.0), lambda event: told.append(dict(event)))
    folds = [event for event in told if event["event"] == "fold"]
    assert [(event["fold"], event["folds"]) for event in folds] == [(i, 5) for i in range(1, 6)]
    assert [event["evaluation"]["n"] for event in folds] == np.cumsum(np.bincount(trained.held_out.fold)).tolist()
    assert folds[-1]["evaluation"]["heads"]["fused"]["accuracy"] == trained.evaluation.heads["fused"].accuracy


def test_training_twice_gives_the_same_and_another_seed_another(data: Dataset) -> None:
    once, again = (train(data, ModelConfig()) for _ in range(2))
    other = train(data, ModelConfig(seed=43))
    for head, rows in once.held_out.probabilities.items():
        np.testing.assert_array_equal(rows, again.held_out.probabilities[head])
        assert once.model.heads[head].C == again.model.heads[head].C
    assert once.held_out.fold.tolist() != other.held_out.fold.tolist()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"encoders": {}}, "The model would read nothing"),
        ({"encoders": {"audio": "tfidf"}}, "There is no modality named 'audio'; known: image, text."),
        ({"encoders": {"text": "bert"}}, "There is no text encoder named 'bert'; known: tfidf"),
        ({"options": {"text": {"colour": 1}}}, "The text encoder has no option 'colour'; known settings: lowercase"),
        ({"options": {"text": {"ngrams": 9}}}, "Got ngrams=9"),
        ({"C": 0}, "Got C=0"),
        ({"C": float("nan")}, "Got C=nan"),
        ({"C": float("inf")}, "Got C=inf"),
        ({"folds": 0}, "Got folds=0 but expected 1, or a whole number from 3 to 10."),
        ({"folds": 2}, "Got folds=2"),
        ({"folds": 11}, "Got folds=11"),
        ({"seed": -1}, "Got seed=-1"),
        ({"seed": 2**32}, "Got seed=4294967296"),
    ],
)
def test_configurations_that_are_not_allowed(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ModelConfig(**values)
    assert words in str(caught.value)


def test_a_configuration_survives_json() -> None:
    config = ModelConfig(options={"text": {"ngrams": 2}}, C=3.0, seed=7)
    assert ModelConfig(**config.as_dict()) == config


def test_a_network_that_is_trained_gets_one_split_unless_asked() -> None:
    assert ModelConfig().folds == 5
    assert ModelConfig({"image": "trained_cnn"}).folds == 1
    assert ModelConfig({"image": "trained_cnn"}, folds=3).folds == 3
    assert ModelConfig({"image": "article_cnn"}).folds == 5  # it is not trained


@pytest.mark.parametrize("folds", [1, 5])
def test_copies_of_a_pair_stay_on_one_side(data: Dataset, folds: int) -> None:
    copies = data.frame.set_axis([f"copy of {name}" for name in data.frame.index])
    twice = replace(data, frame=pd.concat([data.frame, copies]))
    found = prepare(twice, ModelConfig(folds=folds))
    n = len(data.frame)
    assert found.fold[:n].tolist() == found.fold[n:].tolist()
    assert found.group[:n].tolist() == found.group[n:].tolist()
    assert (NEVER in found.fold) == (folds == 1)


def test_a_group_column_keeps_pairs_together() -> None:
    dataset = dataset_of(*["a", "b"] * 30)
    tied = replace(dataset, frame=dataset.frame.assign(group=[f"person {i // 4}" for i in range(60)]))
    found = prepare(tied, WORDS)
    assert all(len(set(found.fold[i : i + 4])) == 1 for i in range(0, 60, 4))
    assert len(set(found.group)) == 15


def test_a_class_that_is_one_group_is_refused_by_name() -> None:
    dataset = dataset_of(*["a", "b"] * 30)
    groups = [label if label == "a" else "" for label in dataset.frame["label"]]
    with pytest.raises(DatasetError, match=r"the class 'a', which has 30 rows that are only one pair; a class needs 5"):
        train(replace(dataset, frame=dataset.frame.assign(group=groups)), WORDS)
