"""Estimate the time and memory of a training run before it starts."""

from dataclasses import dataclass

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import HELD_OUT_SHARE
from mmdemo.training.plan import INNER_FOLDS, judges_beside

_PROGRAM = (2.0, 390.0)  # seconds to start, megabytes of the libraries
_TRIED = 3.5  # values of C, of which a fit that they are compared on makes all
_STEPS, _EXACT_STEPS = 50, 110  # evaluations of such a fit, and of one that is kept
_STEP = 1.2e-3  # seconds of an evaluation, beside its products
_PRODUCTS = 6e10  # multiplications and additions a second
_EIGEN = 1.6e-10  # seconds of the eigenvectors of a Gram matrix, for each row cubed
_BESIDE = 1.5  # how much faster fits are beside each other
_UNKNOWN_WIDTH = 200  # columns that a block of words costs as much as
_ROW_MEGABYTES = 0.05  # of a pair's features, as they are held and scaled


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


def estimate(config: ModelConfig, pairs: int, classes: int) -> Estimate:
    """Estimate the cost of training this configuration on `pairs` pairs of `classes` classes."""
    fits = _fits(config, pairs * classes)
    seconds, megabytes = _PROGRAM
    seconds += sum(_fit_seconds(config, head, pairs, classes, fits) for head in config.heads) / _BESIDE
    megabytes += _ROW_MEGABYTES * pairs + 8e-6 * classes * pairs * len(config.heads)
    rows = pairs * (1 - HELD_OUT_SHARE)
    for name in config.encoders:
        cost = config.build_encoder(name).cost
        times = sum(fits) / 2 if config.is_trained(name) else 1  # its cost counts two networks
        seconds += times * cost.total_seconds(pairs, rows)
        megabytes += cost.total_megabytes(rows)
    return Estimate(seconds, megabytes)


def _fits(config: ModelConfig, answers: int) -> tuple[int, int]:
    """Return how many choices of pairs settings are compared on, and how many models are kept."""
    if config.n_folds == 1:
        return 1 if config.trains_network else INNER_FOLDS, 1
    folds = range(config.n_folds)
    judges = {one: judges_beside(one, config.n_folds, answers, config.trains_network) for one in folds}
    compared = {frozenset({one, other}) for one in folds for other in judges[one]}
    return len(compared), config.n_folds + 1


def _fit_seconds(config: ModelConfig, head: str, pairs: int, classes: int, fits: tuple[int, int]) -> float:
    """Return the seconds that all fits of a head take in one thread."""
    width = sum(map(_width, map(config.build_encoder, config.inputs(head))))
    compared, kept = (_seconds(share * pairs, width, classes * columns, steps) for share, columns, steps in _KINDS)
    return fits[0] * compared + fits[1] * kept


_KINDS = ((0.6, _TRIED, _STEPS), (0.85, 1.0, _EXACT_STEPS))
"""Share of the pairs, values of C and evaluations: of a fit that settings are compared on, and of one that is kept."""


def _seconds(rows: float, width: float, columns: float, steps: int) -> float:
    solved_in = min(rows, width)
    eigen = _EIGEN * rows**3 if rows < width else 0.0
    return steps * (_STEP + 4 * rows * solved_in * columns / _PRODUCTS) + eigen


def _width(encoder: Encoder) -> float:
    return sum(part.n_features_out if part.frozen else _UNKNOWN_WIDTH for part in encoder.parts)
