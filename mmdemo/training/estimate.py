"""Estimate the time and memory of a training run before it starts."""

from dataclasses import dataclass

from mmdemo.errors import ConfigError
from mmdemo.model.config import ModelConfig

_PROGRAM = (3.0, 390.0)  # seconds to start, megabytes of the libraries


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
    """Estimate the cost of training this configuration on `rows` pairs."""
    rows = pairs * (1 - config.test_size)
    seconds, megabytes = _PROGRAM
    seconds += 2.0 * (rows / 575) ** 1.5 * len(config.heads) / 3
    megabytes += 6 * min(rows, 2000) ** 2 * 8 / 1e6  # Gram matrices of the folds and heads
    for name in config.encoders:
        cost = config.build_encoder(name).cost
        seconds += cost.total_seconds(pairs, rows)
        megabytes += cost.total_megabytes(rows)
    return Estimate(seconds, megabytes)
