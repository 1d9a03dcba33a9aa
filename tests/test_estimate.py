"""A training's time and memory, as they are estimated before it starts, against what was measured."""

from dataclasses import replace

import pytest

from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.estimate import Estimate, estimate

# pairs, folds, processor seconds of the whole command with nothing cached, MB: homonyms, but for the 719 stamps
MEASURED = [
    (600, 1, 8.7, 364),
    (600, 5, 12.7, 375),
    (719, 1, 12.9, 404),
    (719, 5, 18.4, 418),
    (1200, 1, 23.4, 423),
    (1200, 5, 39.2, 457),
]


@pytest.mark.parametrize(("pairs", "folds", "seconds", "megabytes"), MEASURED)
def test_estimates_are_near_what_was_measured(pairs: int, folds: int, seconds: float, megabytes: float) -> None:
    found = estimate(ModelConfig(folds=folds), pairs)
    assert 1 / 1.3 < found.seconds / seconds < 1.3
    assert 1 / 1.2 < found.megabytes / megabytes < 1.2


@pytest.mark.parametrize("modality", MODALITIES)
def test_more_pairs_folds_and_modalities_cost_more(modality: str) -> None:
    for name in MODALITIES[modality].encoders:
        config = ModelConfig({modality: name})
        assert estimate(config, 800).seconds > estimate(config, 400).seconds
        assert estimate(replace(config, folds=5), 800).seconds > estimate(replace(config, folds=1), 800).seconds
        assert estimate(ModelConfig(), 800).seconds > estimate(ModelConfig({"text": "tfidf"}), 800).seconds


def test_a_network_that_is_trained_costs_one_more_training_a_choice() -> None:
    one, five = (estimate(ModelConfig({"image": "trained_cnn"}, folds=folds), 719).seconds for folds in (1, 5))
    assert 6 < five / one < 9  # 16 networks instead of 2


def test_what_does_not_fit_is_refused() -> None:
    Estimate(1, 500).check(available=500)
    with pytest.raises(ConfigError, match=r"^This run needs about 2,000 MB of memory, but only 500 MB are free here\."):
        Estimate(1, 2000).check(available=500)
