"""Whether answers are right as often as the words beside them promise, on the data that the app comes with."""

import numpy as np
import pytest

import mmdemo
from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.evaluation.promises import promises
from mmdemo.evaluation.sentences import titles_of
from mmdemo.model.certainty import LEVELS, SURE, certainty, percent
from mmdemo.model.config import ModelConfig
from mmdemo.model.heads import FUSED
from mmdemo.report.card import model_card
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.storage.shipped import shipped_models
from mmdemo.training.train import train


def _tested(confidence: np.ndarray, right: np.ndarray) -> HeldOut:
    rows = np.stack([confidence, *[(1 - confidence) / 9] * 9], axis=1)
    classes = tuple("abcdefghij")
    labels = np.where(right, "a", "b")
    return HeldOut(np.arange(len(right)).astype(str), labels, classes, {FUSED: rows})


def test_answers_are_counted_by_the_words_beside_them() -> None:
    rng = np.random.default_rng(3)
    confidence, right = rng.uniform(0.2, 1, 400), rng.random(400) < 0.8
    found = promises(_tested(confidence, right), FUSED)
    assert sum(one.right.n for one in found) == 400
    for one in found:
        same = np.array([certainty(value) == one.words for value in confidence])
        assert (one.right.n, one.right.value) == (same.sum(), right[same].mean())
        assert one.right.ci95 == mean_interval(right[same])


@pytest.mark.parametrize(("share", "kept"), [(0.95, True), (0.88, True), (0.7, False)])
def test_a_promise_is_broken_where_the_interval_lies_below_it(share: float, kept: bool) -> None:
    (one,) = promises(_tested(np.full(100, 0.93), np.arange(100) < 100 * share), FUSED)
    assert one.words.startswith("9 of 10") and one.kept is kept


def test_every_level_has_words_of_its_own_and_they_begin_there() -> None:
    assert len({certainty(level) for level in LEVELS}) == len(LEVELS)
    below = [certainty(np.nextafter(level, 0)) for level in LEVELS[1:]]
    assert below == [certainty(level) for level in LEVELS[:-1]]
    assert certainty(SURE).startswith("9 of 10") and percent(0.89999) == "89%"


def test_of_the_answers_called_sure_nine_of_ten_are_right_on_the_stamps() -> None:
    _check(load(shipped_models() / "everyday").held_out)


@pytest.mark.slow
def test_of_the_answers_called_sure_nine_of_ten_are_right_on_the_homonyms() -> None:
    dataset = mmdemo.load_dataset("homonyms")
    _check(train(dataset, ModelConfig(), cache=FeatureCache(cache_dir() / "features")).held_out)


def test_the_card_has_every_line_and_names_those_that_are_contradicted() -> None:
    facts = model_facts(shipped_models() / "everyday")
    card = model_card(facts, "Everyday").split("### How often answers are right")[1].split("\n## ")[0]
    for name, title in titles_of(facts.heads).items():
        for one in promises(facts.held_out, name):
            assert f"| {title}: {one.words} | {one.right.n} | {one.right.value:.3f} (" in card
            contradicted = f"“{one.words}” of {title.lower()}" in card
            assert contradicted is (one.right.ci95[1] < one.least)


def _check(tested: HeldOut) -> None:
    (sure,) = [one for one in promises(tested, FUSED) if one.words.startswith("9 of 10")]
    assert sure.right.n >= 100 and sure.right.ci95[1] >= SURE
