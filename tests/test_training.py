"""Training: how rows are split and left out, what it leaves, and what it refuses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmdemo.datasets.base import Dataset
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import encoded_folds, folds
from mmdemo.training.split import prepare, split, usable_rows
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


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("sizes", [(50, 50), (90, 30, 10), (10,) * 10])
def test_each_class_is_split_by_its_share_without_overlap(sizes: tuple[int, ...], share: float) -> None:
    frame = frame_of(*(f"label {i}" for i, size in enumerate(sizes) for _ in range(size)))
    rows, held_out = split(frame, ModelConfig(test_size=share))
    assert sorted([*rows, *held_out]) == list(range(len(frame)))
    for part, wanted in ((rows, 1 - share), (held_out, share)):
        counts = frame["label"].iloc[part].value_counts()
        assert all(abs(counts[f"label {i}"] - size * wanted) <= 1 for i, size in enumerate(sizes))


def test_the_split_follows_the_seed_and_nothing_else() -> None:
    frame = frame_of(*["a", "b"] * 30)
    once = split(frame, ModelConfig(seed=1))
    for again in (split(frame, ModelConfig(seed=1)), split(frame, ModelConfig(seed=1, encoders={"text": "tfidf"}))):
        assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert not np.array_equal(once[1], split(frame, ModelConfig(seed=2))[1])


TOO_FEW = "Every class needs at least 5 different pairs. Add pairs to, or leave out: "
SHARE = (
    "A held-out share of {} of {} pairs is too small or too large for {} classes; each class needs one held-out pair "
    "and two for training. Choose a share nearer to 0.2, or add pairs."
)


@pytest.mark.parametrize(
    ("labels", "share", "message"),
    [
        (["cat"] * 9, 0.2, "The data has only one class (cat); a classifier needs at least two."),
        (["cat"] * 9 + ["dog"] * 4, 0.2, f"{TOO_FEW}dog (4)."),
        (["cat"] * 9 + ["dog"] * 4 + ["bat"], 0.2, f"{TOO_FEW}dog (4), bat (1)."),
        (["cat", "dog"] * 5, 0.05, SHARE.format("0.05", 10, 2)),
        (["cat", "dog"] * 5, 0.7, SHARE.format("0.7", 10, 2)),
        (["cat", "dog"] * 5, 0.99, SHARE.format("0.99", 10, 2)),
        (["cat"] * 95 + ["dog"] * 5, 0.02, SHARE.format("0.02", 100, 2)),
        (["cat"] * 95 + ["dog"] * 5, 0.85, SHARE.format("0.85", 100, 2)),
    ],
)
def test_what_cannot_be_split_is_one_clear_sentence(labels: list[str], share: float, message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        train(dataset_of(*labels), replace(WORDS, test_size=share))
    assert str(caught.value) == message


@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize("classes", [2, 10])
def test_the_fewest_rows_that_are_allowed_are_enough(classes: int, share: float) -> None:
    trained = train(dataset_of(*[f"label{i}" for i in range(classes)] * 5), replace(WORDS, C=None, test_size=share))
    assert len(trained.test_ids) == 5 * classes * share
    labels = np.arange(classes).repeat(2)
    for config in (WORDS, ModelConfig(encoders={"image": "trained_cnn", "text": "tfidf"})):
        assert all(
            set(labels[rows]) == set(labels[held_out]) == set(labels) for rows, held_out in folds(config, labels)
        )


def test_captions_that_clean_to_nothing_are_left_out_and_noted() -> None:
    dataset = dataset_of(*["cat", "dog"] * 20)
    frame = dataset.frame.copy()
    frame.loc[["row 0", "row 3", "row 4"], "text"] = ["", "?!", "<b></b> 🎈"]
    trained = train(replace(dataset, frame=frame), WORDS)
    assert not {"row 0", "row 3", "row 4"} & {*trained.train_ids, *trained.test_ids}
    assert len(trained.train_ids) + len(trained.test_ids) == 37
    assert trained.notes == ("3 pairs left out: their caption holds no word.",)
    pictures = ModelConfig(encoders={"image": "efficientnet"})
    kept, notes = usable_rows(replace(dataset, frame=frame, notes=("first",)), pictures)
    assert (len(kept), notes) == (40, ("first",))


def test_what_training_leaves_fits_together(data: Dataset) -> None:
    told: list[dict[str, object]] = []
    trained = train(data, ModelConfig(C=10.0), lambda event: told.append(dict(event)))
    labels = data.frame["label"]
    assert trained.test_labels.tolist() == labels[trained.test_ids].tolist()
    assert trained.model.classes == ("ball", "box", "flag")
    for head, rows in trained.test_probabilities.items():
        np.testing.assert_allclose(rows.sum(axis=1), 1)
        right = np.array(trained.model.classes)[rows.argmax(axis=1)] == trained.test_labels
        assert trained.evaluation.heads[head].accuracy == pytest.approx(right.mean())
    for name, block in trained.train_features.items():
        assert block.shape[0] == len(trained.train_ids)
        rows = trained.model.encoders[name].transform(data.frame.loc[trained.train_ids, name].tolist())
        assert abs(block - rows).max() < 1e-6
    assert set(trained.seconds) == {"features", "fit", "evaluate"}
    assert [event["stage"] for event in told if event["done"] == 0] == ["features", "fit", "evaluate"]
    assert all(0 <= event["done"] <= 1 for event in told)


def test_training_twice_gives_the_same_and_another_seed_another(data: Dataset) -> None:
    once, again = (train(data, ModelConfig()) for _ in range(2))
    other = train(data, ModelConfig(seed=43))
    for head, rows in once.test_probabilities.items():
        np.testing.assert_array_equal(rows, again.test_probabilities[head])
        assert once.model.heads[head].C == again.model.heads[head].C
    assert once.test_ids.tolist() != other.test_ids.tolist()


def test_the_labels_of_test_rows_change_nothing_but_the_score(data: Dataset) -> None:
    once = train(data, ModelConfig())
    frame = data.frame.copy()
    frame.loc[once.test_ids, "label"] = np.roll(once.test_labels, 1)
    # The same rows are held out only if the labels are split as before, so the split is given.
    prepared = replace(prepare(data, ModelConfig()), frame=frame)
    again = train(replace(data, frame=frame), ModelConfig(), prepared=prepared)
    for head in once.model.heads:
        np.testing.assert_array_equal(once.test_probabilities[head], again.test_probabilities[head])
        first, second = once.model.heads[head], again.model.heads[head]
        assert (first.C, first.temperature, first.threshold) == (second.C, second.temperature, second.threshold)
    assert once.evaluation.heads["fused"].accuracy != again.evaluation.heads["fused"].accuracy


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"encoders": {}}, "Every encoder is switched off"),
        ({"encoders": {"audio": "tfidf"}}, "There is no modality named 'audio'; known: image, text."),
        ({"encoders": {"text": "bert"}}, "There is no text encoder named 'bert'; known: tfidf"),
        ({"options": {"text": {"colour": 1}}}, "The text encoder has no option 'colour'; known settings: lowercase"),
        ({"options": {"text": {"ngrams": 9}}}, "Got ngrams=9"),
        ({"C": 0}, "Got C=0"),
        ({"C": float("nan")}, "Got C=nan"),
        ({"C": float("inf")}, "Got C=inf"),
        ({"test_size": 0}, "Got a held-out share of 0"),
        ({"test_size": 1.0}, "Got a held-out share of 1.0"),
        ({"seed": -1}, "Got seed=-1"),
        ({"seed": 2**32}, "Got seed=4294967296"),
        ({"target_precision": 1}, "Got a target precision of 1"),
    ],
)
def test_configurations_that_are_not_allowed(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ModelConfig(**values)
    assert words in str(caught.value)


def test_a_configuration_survives_json() -> None:
    config = ModelConfig(options={"text": {"ngrams": 2}}, C=3.0, seed=7)
    assert ModelConfig(**config.as_dict()) == config


def test_copies_of_a_pair_stay_on_one_side(data: Dataset) -> None:
    twice = pd.concat([data.frame, data.frame.set_axis([f"copy of {name}" for name in data.frame.index])])
    once = split(data.frame, ModelConfig())
    rows, held_out = split(twice, ModelConfig())
    n = len(data.frame)
    assert sorted([*rows, *held_out]) == list(range(2 * n))
    for part, before in ((rows, once[0]), (held_out, once[1])):
        assert sorted(part) == sorted([*before, *(before + n)])


def test_copies_stay_together_in_the_folds_too(data: Dataset) -> None:
    labels = data.frame["label"].to_numpy(str).repeat(2)
    columns = {name: [value for value in data.frame[name] for _ in range(2)] for name in ("image", "text")}
    frozen = {"image": np.zeros((len(labels), 1))}
    found = encoded_folds(
        ModelConfig(encoders={"image": "efficientnet", "text": "tfidf"}), columns, frozen, labels, print
    )
    assert len(found) == 5
    for fold in found:
        assert set(fold.held_out // 2) == set(fold.held_out[fold.held_out % 2 == 0] // 2)
        assert len(fold.held_out) == 2 * len(set(fold.held_out // 2))


def test_without_a_word_in_any_caption_the_sentence_says_so() -> None:
    with pytest.raises(DatasetError, match="No caption in the data holds a word; write captions"):
        train(replace(dataset_of(*"ab" * 5), frame=frame_of(*"ab" * 5).assign(text="!!")), WORDS)
