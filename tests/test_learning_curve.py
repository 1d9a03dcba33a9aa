"""The learning curve: nested parts of the training pairs, the same held-out pairs, and the model itself at its end."""

from dataclasses import replace
from itertools import pairwise

import pytest

from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.studies import learning_curve as module
from mmdemo.studies.learning_curve import LearningCurve, draws_for, learning_curve
from mmdemo.training.split import Prepared
from mmdemo.training.train import train
from tests.homonyms_model import trained

CONFIG = ModelConfig(encoders={"text": "tfidf"}, C=10.0)
ONCE = replace(CONFIG, folds=1)


@pytest.fixture(scope="module")
def parts() -> list[Prepared]:
    """What each fit of the curve below was given, in order."""
    return []


@pytest.fixture(scope="module")
def told() -> list[float]:
    return []


@pytest.fixture(scope="module")
def curve(parts: list[Prepared], told: list[float]) -> LearningCurve:
    fit = module.fit_model

    def noted(prepared: Prepared, config: ModelConfig, cache: FeatureCache | None) -> Model:
        parts.append(prepared)
        return fit(prepared, config, cache)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "fit_model", noted)
        return learning_curve(trained().dataset, CONFIG, told.append)


def test_it_ends_at_the_models_of_its_folds(curve: LearningCurve) -> None:
    whole = train(trained().dataset, CONFIG).held_out
    tried = whole.fold < curve.draws
    assert curve.n_test == tried.sum()
    assert curve.accuracy["text"][-1] == pytest.approx(whole.right("text")[tried].mean())


def test_of_one_split_it_ends_at_the_model_itself() -> None:
    whole, curve = train(trained().dataset, ONCE), learning_curve(trained().dataset, ONCE, lambda share: None)
    assert (curve.sizes[-1], curve.n_test) == (len(whole.train_ids), len(whole.held_out.ids))
    assert curve.accuracy["text"][-1] == pytest.approx(whole.evaluation.heads["text"].accuracy)


def test_more_pairs_help_on_homonyms_and_each_accuracy_lies_in_its_interval(curve: LearningCurve) -> None:
    assert list(curve.sizes) == sorted(set(curve.sizes))
    assert curve.accuracy["text"][-1] > curve.accuracy["text"][0]
    for accuracy, (low, high) in zip(curve.accuracy["text"], curve.intervals["text"], strict=True):
        assert 0 <= low <= accuracy <= high <= 1


def test_each_part_lies_within_the_next_and_no_held_out_pair_is_in_any(
    curve: LearningCurve, parts: list[Prepared]
) -> None:
    assert len(parts) == curve.draws * len(curve.sizes)
    for draw in range(curve.draws):
        growing = [set(part.frame.index) for part in parts[draw :: curve.draws]]
        assert all(small < large for small, large in pairwise(growing))
        held_out = {row for part in parts for row in part.frame.index[part.fold == draw]}
        assert not growing[-1] & held_out
        assert len(growing[-1] | held_out) == len(trained().dataset.frame)


def test_every_class_keeps_its_proportion_and_at_least_five_rows(parts: list[Prepared]) -> None:
    for part in parts:
        counts = part.frame["label"].value_counts()
        assert len(counts) == 8
        assert counts.min() >= 5
        assert counts.max() - counts.min() <= 4  # groups are held out whole


def test_progress_rises_to_one(curve: LearningCurve, told: list[float]) -> None:
    assert told == sorted(told) and told[-1] == pytest.approx(1)


def test_a_network_that_is_trained_each_time_gets_one_order_only() -> None:
    assert draws_for(CONFIG) == 3
    assert draws_for(ModelConfig(encoders={"image": "trained_cnn"})) == 1
