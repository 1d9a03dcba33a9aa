"""Damage: each kind against an independent computation, and what a model makes of it."""

import numpy as np
import pytest

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.modalities.image_corruptions import blur, noise, occlude, shrink
from mmdemo.modalities.registry import MODALITIES
from mmdemo.modalities.text_corruptions import add_typos, drop_words
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.text import words
from mmdemo.studies.robustness import MOST_PAIRS, Curve, FoldPairs, Robustness, exchanged, robustness
from mmdemo.training.train import train
from tests.homonyms_model import trained

CAPTION = "The quick brown fox jumps over the lazy dog"
CORRUPTIONS = [(modality, name) for modality in MODALITIES for name in MODALITIES[modality].corruptions]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (60, 90, 3)).astype(np.uint8)


@pytest.mark.parametrize(("modality", "name"), CORRUPTIONS)
def test_level_0_changes_nothing_and_the_levels_rise(
    modality: str, name: str, pixels: np.ndarray, rng: np.random.Generator
) -> None:
    corruption = MODALITIES[modality].corruptions[name]
    value = pixels if modality == "image" else CAPTION
    assert np.array_equal(corruption.apply(value, 0, rng), value)
    assert corruption.levels[0] == 0 and list(corruption.levels) == sorted(set(corruption.levels))


@pytest.mark.parametrize(("modality", "name"), CORRUPTIONS)
def test_the_same_chances_give_the_same_damage_and_the_value_stays_as_it_was(
    modality: str, name: str, pixels: np.ndarray
) -> None:
    corruption = MODALITIES[modality].corruptions[name]
    value = pixels if modality == "image" else CAPTION
    before = value.copy() if isinstance(value, np.ndarray) else value
    level = corruption.levels[-1]
    once, again = (corruption.apply(value, level, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(once, again) and not np.array_equal(once, value)
    assert np.array_equal(value, before)


def test_blur_spreads_a_point_with_the_deviation_asked_for(rng: np.random.Generator) -> None:
    point = np.zeros((201, 201, 3), np.uint8)
    point[98:103, 98:103] = 255  # deviation 1.41 px of its own
    spread = blur(point, 2, rng)[..., 0].astype(float)
    places = np.arange(201) - 100
    variance = (spread.sum(axis=0) * places**2).sum() / spread.sum()
    assert variance == pytest.approx((0.02 * 201) ** 2 + 2, rel=0.05)


def test_noise_has_the_deviation_asked_for(rng: np.random.Generator) -> None:
    grey = np.full((200, 200, 3), 127, np.uint8)
    assert (noise(grey, 10, rng).astype(float) - 127).std() == pytest.approx(25.5, rel=0.02)


@pytest.mark.parametrize("level", [10, 25, 75])
def test_a_cover_takes_its_share_of_the_area(level: float, rng: np.random.Generator) -> None:
    white = np.full((120, 200, 3), 255, np.uint8)
    covered = (occlude(white, level, rng) != 255).all(axis=2)
    assert covered.mean() == pytest.approx(level / 100, abs=0.01)
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    assert covered.sum() == len(rows) * len(columns)  # one rectangle


def test_a_large_picture_is_shrunk_and_a_small_one_is_not(pixels: np.ndarray) -> None:
    assert shrink(np.zeros((100, 4480, 3), np.uint8)).shape == (10, 448, 3)
    assert shrink(np.zeros((1, 4480, 3), np.uint8)).shape == (1, 448, 3)
    assert shrink(pixels) is pixels


def test_words_go_as_often_as_asked_for_and_the_others_keep_their_order(rng: np.random.Generator) -> None:
    left = [drop_words(CAPTION, 30, rng).split() for _ in range(500)]
    assert np.mean([len(some) for some in left]) == pytest.approx(0.7 * 9, rel=0.05)
    order = CAPTION.split()
    assert all(some == [word for word in order if word in some] for some in left)


def test_a_typo_is_one_letter_out_exchanged_or_wrong(rng: np.random.Generator) -> None:
    kinds = set()
    for _ in range(200):
        typed = add_typos("jumps", 100, rng)
        if len(typed) == 4:
            kinds.add("out")
            assert any("jumps"[:i] + "jumps"[i + 1 :] == typed for i in range(5))
        elif sorted(typed) == sorted("jumps"):
            kinds.add("exchanged")
        else:
            kinds.add("wrong")
            assert sum(one != other for one, other in zip(typed, "jumps", strict=True)) == 1
    assert kinds == {"out", "exchanged", "wrong"}


@pytest.mark.parametrize("caption", ["自行车", "สวัสดี ครับ", "a", "😀 !", ""])
def test_captions_of_every_script_can_be_damaged(caption: str, rng: np.random.Generator) -> None:
    assert isinstance(add_typos(caption, 100, rng), str)
    assert not words(drop_words(caption, 100, rng))


def test_where_all_have_one_label_nothing_is_exchanged(rng: np.random.Generator) -> None:
    assert exchanged(["cat"] * 5, 100, rng).tolist() == list(range(5))


def test_exchanged_values_come_from_another_label(rng: np.random.Generator) -> None:
    labels = np.array(["a", "b", "b", "c"] * 50)
    rows = exchanged(labels.tolist(), 50, rng)
    moved = rows != np.arange(200)
    assert 70 <= moved.sum() <= 130
    assert (labels[rows][moved] != labels[moved]).all()


@pytest.fixture(scope="module")
def told() -> list[float]:
    return []


def third(held_out: HeldOut) -> np.ndarray:
    """A third of the pairs, bool (n,): each image passes the network once for each kind and level of damage."""
    return np.arange(len(held_out.ids)) % 3 == 0


@pytest.fixture(scope="module")
def found(told: list[float]) -> Robustness:
    held_out, tested = trained().held_out, []
    for fold, model in trained().fold_models.items():
        rows = (held_out.fold == fold) & third(held_out)
        frame = trained().dataset.frame.loc[held_out.ids[rows]]
        tested.append(FoldPairs(model, {name: frame[name].tolist() for name in model.encoders}, held_out.labels[rows]))
    return robustness(tested, told.append)


def curve_of(found: Robustness, title: str) -> Curve:
    return next(curve for curve in found.curves if curve.title == title)


@pytest.mark.slow
def test_robustness_starts_from_the_accuracies_of_the_test_and_leaves_the_other_head_alone(
    found: Robustness, told: list[float]
) -> None:
    held_out = trained().held_out
    assert found.n == found.of == third(held_out).sum()
    assert told == sorted(told) and told[-1] == 1
    assert {curve.modality for curve in found.curves} == {"image", "text"}
    for curve in found.curves:
        for head, rows in held_out.probabilities.items():
            right = np.array(held_out.classes)[rows.argmax(axis=1)] == held_out.labels
            assert curve.accuracy[head][0] == pytest.approx(right[third(held_out)].mean())
        other = "text" if curve.modality == "image" else "image"
        assert len(set(curve.accuracy[other])) == 1


@pytest.mark.slow
def test_without_any_word_the_head_for_pictures_answers(found: Robustness) -> None:
    dropped = curve_of(found, "Words left out")
    assert dropped.levels[-1] == 100
    assert dropped.accuracy["fused"][-1] == dropped.accuracy["image"][-1]


def test_words_of_another_class_are_worse_than_none(found: Robustness) -> None:
    wrong = curve_of(found, "Captions of something else")
    assert wrong.accuracy["text"][-1] < 1 / 8
    assert wrong.accuracy["fused"][-1] < wrong.accuracy["image"][-1]


def test_a_model_of_words_alone_is_damaged_in_its_words_alone_and_on_400_of_many_pairs() -> None:
    only = train(trained().dataset, ModelConfig(encoders={"text": "tfidf"}, C=10.0, folds=1))
    texts = trained().dataset.frame.loc[only.held_out.ids, "text"].tolist()
    times = MOST_PAIRS // len(texts) + 1
    tested = FoldPairs(only.model, {"text": texts * times}, np.tile(only.held_out.labels, times))
    found = robustness([tested], lambda done: None)
    assert (found.n, found.of) == (MOST_PAIRS, times * len(texts))
    assert {curve.modality for curve in found.curves} == {"text"}
    assert found.curves[0].accuracy["text"][0] == pytest.approx(only.evaluation.heads["text"].accuracy, abs=0.05)
