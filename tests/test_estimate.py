"""A training's time and memory, as they are estimated before it starts, against what was measured."""

from dataclasses import replace

import pytest

from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.estimate import Estimate, doubt_seconds, estimate

# pairs, classes, folds, seconds of the whole command on two free cores with nothing cached, MB; all were measured
# before images were looked at to know which ones to doubt
MEASURED = [
    (600, 8, 1, 6.9, 382),
    (600, 8, 5, 7.6, 372),
    (719, 10, 1, 8.9, 382),
    (719, 10, 5, 9.8, 399),
    (1200, 8, 5, 16.5, 468),
    (2400, 8, 5, 34.9, 559),
]


@pytest.mark.parametrize(("pairs", "classes", "folds", "seconds", "megabytes"), MEASURED)
def test_estimates_are_near_what_was_measured(
    pairs: int, classes: int, folds: int, seconds: float, megabytes: float
) -> None:
    found = estimate(ModelConfig(folds=folds), pairs, classes)
    assert 1 / 1.4 < (found.seconds - doubt_seconds(ModelConfig(), pairs)) / seconds < 1.4
    assert 1 / 1.2 < found.megabytes / megabytes < 1.2


def test_looking_at_values_to_doubt_them_is_part_of_the_estimate() -> None:
    captions = ModelConfig({"text": "tfidf"})
    assert doubt_seconds(captions, 600) == 0 < doubt_seconds(ModelConfig(), 600) < doubt_seconds(ModelConfig(), 1_000)
    assert doubt_seconds(ModelConfig(), 10_000) == doubt_seconds(ModelConfig(), 1_000)  # of more, a thousand


@pytest.mark.parametrize("modality", MODALITIES)
def test_more_pairs_classes_folds_and_modalities_cost_more(modality: str) -> None:
    for name in MODALITIES[modality].encoders:
        config = ModelConfig({modality: name})
        assert estimate(config, 800, 10).seconds > estimate(config, 400, 10).seconds
        few, many = estimate(config, 1_600, 10), estimate(config, 1_600, 200)
        assert many.seconds > few.seconds
        assert many.megabytes > few.megabytes
        five, one = (estimate(replace(config, folds=folds), 800, 10).seconds for folds in (5, 1))
        assert five > one
        assert estimate(ModelConfig(), 800, 10).seconds > estimate(ModelConfig({"text": "tfidf"}), 800, 10).seconds


def test_a_network_that_is_trained_costs_one_more_training_a_choice() -> None:
    one, five = (estimate(ModelConfig({"image": "trained_cnn"}, folds=folds), 719, 10).seconds for folds in (1, 5))
    assert 3.5 < five / one < 6  # 9 networks instead of 2


def test_what_does_not_fit_is_refused() -> None:
    Estimate(1, 500).check(available=500)
    with pytest.raises(ConfigError, match=r"^This run needs about 2,000 MB of memory, but only 500 MB are free here\."):
        Estimate(1, 2000).check(available=500)
