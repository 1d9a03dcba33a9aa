"""A small model of the homonyms, trained once a test process and left where visitors' models lie."""

from functools import cache

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.writing import save
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, runs_dir
from mmdemo.training.train import TrainedModel, train

NAME = "a-model-of-homonyms"  # what `?model=` takes
CONFIG = ModelConfig(C=10.0)  # C fixed to save time


@cache
def trained() -> TrainedModel:
    return train(homonyms(n=160), CONFIG, cache=FeatureCache(cache_dir() / "features"))


@cache
def bundle() -> Bundle:
    save(trained(), runs_dir() / NAME, "python -m mmdemo train --data homonyms", {})
    return load(runs_dir() / NAME)
