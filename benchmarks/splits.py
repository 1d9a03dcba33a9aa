"""One configuration over several random splits, as `mmdemo train --repeat` has it."""

import time
from dataclasses import dataclass, replace
from statistics import median

from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.repeats import Repeats, summarise
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import train

SEEDS = (42, 43, 44, 45, 46)


@dataclass(frozen=True)
class Row:
    """One model over all splits. cpu_seconds: of one training, the median of the splits."""

    repeats: Repeats
    cpu_seconds: float


def trained_row(config: ModelConfig, dataset: Dataset) -> Row:
    """Return what `mmdemo train --repeat` finds for a configuration, over the seeds."""
    cache = FeatureCache(cache_dir() / "features")
    runs: dict[int, HeldOut] = {}
    seconds = []
    for seed in SEEDS:
        started = time.process_time()
        runs[seed] = train(dataset, replace(config, seed=seed), cache=cache).held_out
        seconds.append(time.process_time() - started)
    return Row(summarise(runs), median(seconds))
