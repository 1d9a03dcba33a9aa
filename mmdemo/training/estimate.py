"""What a training run will cost, roughly, before it starts."""

from dataclasses import dataclass

from mmdemo.errors import ConfigError
from mmdemo.model.config import ModelConfig

# Seconds a picture on one of two cores of 2020s server hardware; `make bench` measures whole runs.
_SECONDS_A_PICTURE = {"efficientnet": 0.0075, "article_cnn": 0.004, "trained_cnn": 0.004}
_SECONDS_A_PICTURE_AND_EPOCH = 0.0006
_PROGRAM = (3.0, 390.0)  # seconds to start, megabytes of the libraries
_TENSORFLOW = (8.0, 700.0)


@dataclass(frozen=True)
class Estimate:
    """About how long a run takes on two cores, in seconds, and the most memory it needs, in MB."""

    seconds: float
    megabytes: float

    def check(self, available: float) -> None:
        """Raise a ConfigError when the run would not fit the memory available, in MB."""
        if self.megabytes > available:
            raise ConfigError(
                f"This run needs about {self.megabytes:,.0f} MB of memory, but only {available:,.0f} MB are free here. "
                "Choose a smaller picture size, another image encoder or fewer pairs."
            )


def estimate(config: ModelConfig, pairs: int) -> Estimate:
    """Return what training this configuration on so many pairs will cost."""
    rows = pairs * (1 - config.test_size)
    seconds, megabytes = _PROGRAM
    seconds += 2.0 * (rows / 575) ** 1.5 * len(config.heads) / 3
    megabytes += 6 * min(rows, 2000) ** 2 * 8 / 1e6  # Gram matrices of the folds and heads
    image = config.encoders.get("image")
    options = config.options.get("image", {})
    if image is not None:
        seconds += pairs * _SECONDS_A_PICTURE[image]
    if image == "article_cnn":
        share = (options.get("size", 64) / 224) ** 2
        seconds += 2e-5 * share * rows**2 + 0.02 * share * rows
        megabytes += share * rows * 0.5 + 150 * share
    if image == "trained_cnn":
        epochs, size = options.get("epochs", 80), options.get("size", 64)
        seconds += _TENSORFLOW[0] + 1.8 * rows * epochs * _SECONDS_A_PICTURE_AND_EPOCH * (size / 64) ** 2
        megabytes += _TENSORFLOW[1] + rows * size**2 * 3 * 5 / 1e6
    return Estimate(seconds, megabytes)
