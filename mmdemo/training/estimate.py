"""Estimate the time and memory of a training run before it starts."""

import math
from dataclasses import dataclass

from mmdemo.errors import ConfigError
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import HELD_OUT_SHARE
from mmdemo.training.plan import INNER_FOLDS

_PROGRAM = (2.0, 390.0)  # seconds to start, megabytes of the libraries
_FIT_SECONDS = 0.5  # of three models on 575 pairs, for one choice of pairs left out
_LARGE = 2_000  # pairs; up to here the seconds grow with their square, as Gram matrices do


@dataclass(frozen=True)
class Estimate:
    """The approximate time of a run on two cores, in seconds, and its peak memory, in MB."""

    seconds: float
    megabytes: float

    def check(self, available: float) -> None:
        """Raise a ConfigError when the run would not fit the memory available, in MB."""
        if self.megabytes > available:
            raise ConfigError(
                f"This run needs about {self.megabytes:,.0f} MB of memory, but only {available:,.0f} MB are free here. "
                "Choose a smaller image size, another image encoder or fewer pairs."
            )


def estimate(config: ModelConfig, pairs: int) -> Estimate:
    """Estimate the cost of training this configuration on `pairs` pairs."""
    rows = pairs * (1 - HELD_OUT_SHARE)
    seconds, megabytes = _PROGRAM
    seconds += _FIT_SECONDS * rows * min(rows, _LARGE) / 575**2 * len(config.heads) / 3 * _fits(config)
    megabytes += 6 * min(rows, _LARGE) ** 2 * 8 / 1e6  # Gram matrices of a fit
    for name in config.encoders:
        cost = config.build_encoder(name).cost
        times = _fits(config) / 2 if config.is_trained(name) else 1  # its cost counts two networks
        seconds += times * cost.total_seconds(pairs, rows)
        megabytes += cost.total_megabytes(rows)
    return Estimate(seconds, megabytes)


def _fits(config: ModelConfig) -> int:
    """Return how many times encoders that learn are fitted: on all but two folds, all but one, and on all."""
    if config.n_folds == 1:
        return 2 if config.trains_network else 1 + INNER_FOLDS
    return math.comb(config.n_folds, 2) + config.n_folds + 1
