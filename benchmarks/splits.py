"""One configuration over several random splits, as `mmdemo train --repeat` has it."""

import time
from dataclasses import dataclass, replace
from statistics import median

from mmdemo.config import ModelConfig
from mmdemo.datasets.base import Dataset
from mmdemo.features.cache import FeatureCache
from mmdemo.preprocess.cache_dir import cache_dir
from mmdemo.training import TrainedModel, train
from mmdemo.trials.repeats import Repeats, summarise

SEEDS = (42, 43, 44, 45, 46)


@dataclass(frozen=True)
class Row:
    """One model over all splits. cpu_seconds: of one training, the median of the splits."""

    repeats: Repeats
    cpu_seconds: float


def trained_row(config: ModelConfig, dataset: Dataset) -> Row:
    """Return what `mmdemo train --repeat` finds for a configuration, over the seeds."""
    cache = FeatureCache(cache_dir() / "features")
    runs: dict[int, TrainedModel] = {}
    seconds = []
    for seed in SEEDS:
        started = time.process_time()
        runs[seed] = train(dataset, replace(config, seed=seed), cache=cache)
        seconds.append(time.process_time() - started)
    return Row(summarise(runs), median(seconds))
