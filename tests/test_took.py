"""What a training took: the same training, with features kept from before and without, is said to be that."""

from dataclasses import replace
from pathlib import Path

import pytest

from mmdemo.bundles.summary import summarise
from mmdemo.bundles.took import took
from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonyms import homonyms
from mmdemo.encoders import sentence
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.train import TrainedModel, train

CONFIG = ModelConfig({"text": "sentence"}, C=10.0)


def test_a_second_training_says_that_features_were_kept(tmp_path: Path) -> None:
    dataset, cache = homonyms(n=80), FeatureCache(tmp_path / "features")
    cold, warm = (_in_a_new_process(dataset, cache) for _ in range(2))
    cost = CONFIG.build_encoder("text").cost.seconds_a_row
    assert cost and cold.saved_seconds == pytest.approx(0, abs=cost * 20)  # some captions stand twice
    assert warm.saved_seconds == pytest.approx(cost * 80, rel=0.5)
    assert _in_a_new_process(dataset, None).saved_seconds == 0

    for trained, saved in ((cold, 0.0), (warm, 2.0)):
        save(replace(trained, saved_seconds=saved), tmp_path / str(saved), "", {"seconds": {"total": 1.3}})
    assert summarise(tmp_path / "0.0").took == "1.3 s"
    assert summarise(tmp_path / "2.0").took == "1.3 s, with features kept from before; about 3 s from nothing"


def _in_a_new_process(dataset: Dataset, cache: FeatureCache | None) -> TrainedModel:
    sentence.forget()  # as if: a process remembers the captions that it has read
    return train(dataset, CONFIG, cache=cache)


def test_a_model_of_an_earlier_version_claims_nothing() -> None:
    assert took({"seconds": {"total": 10.3}}) == "10.3 s, perhaps with features kept from before"
    assert took({"seconds": None}) == took({}) == "an unknown time"
