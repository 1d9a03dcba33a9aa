"""The learning curve: nested parts of the training pairs, the same held-out pairs, and the model itself at its end."""

from itertools import pairwise

import pandas as pd
import pytest

from mmdemo.model.config import ModelConfig
from mmdemo.studies import learning_curve as module
from mmdemo.studies.learning_curve import LearningCurve, draws_for, learning_curve
from mmdemo.training.train import train
from tests.homonyms_model import trained

CONFIG = ModelConfig(encoders={"text": "tfidf"}, C=10.0)


@pytest.fixture(scope="module")
def parts() -> list[pd.DataFrame]:
    """What each fit of the curve below was given, in order."""
    return []


@pytest.fixture(scope="module")
def told() -> list[float]:
    return []


@pytest.fixture(scope="module")
def curve(parts: list[pd.DataFrame], told: list[float]) -> LearningCurve:
    fit = module.fit_model

    def noted(columns, labels, config, cache):  # type: ignore[no-untyped-def]
        parts.append(pd.DataFrame({**columns, "label": labels}))
        return fit(columns, labels, config, cache)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "fit_model", noted)
        return learning_curve(trained().dataset, CONFIG, told.append)


def test_it_ends_at_the_model_itself(curve: LearningCurve) -> None:
    whole = train(trained().dataset, CONFIG)
    assert curve.sizes[-1] == len(whole.train_ids) and curve.n_test == len(whole.test_ids)
    assert curve.accuracy["text"][-1] == whole.evaluation.heads["text"].accuracy


def test_more_pairs_help_on_homonyms_and_each_accuracy_lies_in_its_interval(curve: LearningCurve) -> None:
    assert list(curve.sizes) == sorted(set(curve.sizes))
    assert curve.accuracy["text"][-1] > curve.accuracy["text"][0]
    for accuracy, (low, high) in zip(curve.accuracy["text"], curve.intervals["text"], strict=True):
        assert 0 <= low <= accuracy <= high <= 1


def test_each_part_lies_within_the_next_and_no_held_out_row_is_in_any(
    curve: LearningCurve, parts: list[pd.DataFrame]
) -> None:
    train_texts = trained().dataset.frame.loc[train(trained().dataset, CONFIG).train_ids]
    assert len(parts) == curve.draws * (len(curve.sizes) - 1) + 1
    assert [len(part) for part in parts[:: curve.draws]] == list(curve.sizes)
    for draw in range(curve.draws):
        growing = [*parts[draw :: curve.draws], parts[-1]]
        for small, large in pairwise(growing):
            assert not (small.value_counts() - small.value_counts().clip(upper=large.value_counts())).any()
    assert len(parts[-1]) == len(train_texts)
    assert sorted(parts[-1]["text"]) == sorted(train_texts["text"])


def test_every_class_keeps_its_proportion_and_at_least_five_rows(parts: list[pd.DataFrame]) -> None:
    for part in parts:
        counts = part["label"].value_counts()
        assert len(counts) == 8 and counts.min() >= 5 and counts.max() - counts.min() <= 1


def test_progress_rises_to_one(curve: LearningCurve, told: list[float]) -> None:
    assert told == sorted(told) and told[-1] == pytest.approx(1)


def test_a_network_that_is_trained_each_time_gets_one_order_only() -> None:
    assert draws_for(CONFIG) == 3
    assert draws_for(ModelConfig(encoders={"image": "trained_cnn"})) == 1
