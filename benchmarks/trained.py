"""One configuration trained as `mmdemo train` has it, and what that took."""

import time
from dataclasses import dataclass

from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import train


@dataclass(frozen=True)
class Row:
    """One model: its results on held-out pairs, and the processor time of its training, in seconds."""

    evaluation: Evaluation
    cpu_seconds: float


def trained_row(config: ModelConfig, dataset: Dataset) -> Row:
    """Return what `mmdemo train` finds for a configuration."""
    started = time.process_time()
    trained = train(dataset, config, cache=FeatureCache(cache_dir() / "features"))
    return Row(trained.evaluation, time.process_time() - started)
