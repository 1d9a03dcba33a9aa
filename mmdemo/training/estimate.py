"""Estimate the time and memory of a training run before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.regression import MOST_WEIGHTS, is_wide
from mmdemo.training.folds import HELD_OUT_SHARE
from mmdemo.training.plan import INNER_FOLDS, judges_beside
from mmdemo.training.selection import MANY_WEIGHTS
from mmdemo.training.together import THREADS

_PROGRAM = (1.0, 340.0)  # seconds to start, megabytes of the libraries
_LOAD, _EVALUATE, _SAVE = 1e-4, 3e-4, 5e-4  # seconds a pair, each beside what any run takes
_AT_LEAST = {"evaluate": 0.1, "save": 0.4}  # seconds
_TRIED = 3.5  # values of C, of which a fit that they are compared on makes all
_STEPS, _EXACT_STEPS = 80, 250  # evaluations of such a fit, and of one that is kept
_STEP = 3e-4  # seconds of an evaluation, beside its products
_PRODUCTS, _NARROW_PRODUCTS = 7e10, 3.5e10  # multiplications and additions a second, with many columns and with few
_NARROW = 50  # columns
_EIGEN = 1.6e-10  # seconds of the eigenvectors of a Gram matrix, for each row cubed
_BESIDE = 1.5  # how much faster fits are beside each other
_UNKNOWN_WIDTH = 200  # columns that a block of words costs as much as
_MOST_WORDS = 30_000  # columns of a block of words, otherwise one for each pair
_UNKNOWN_MEGABYTES = 84e-6  # of all that a search keeps for each weight
_GRAM_MEGABYTES = 88e-6  # of a Gram matrix, its eigenvectors and copies, for each row squared
_ROW_MEGABYTES = 0.06  # of a pair's features, as they are held and scaled


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
                "Choose a smaller image size, another way of reading images or fewer pairs."
            )


@dataclass(frozen=True)
class StageSeconds:
    """The approximate seconds of each stage of a run, in order, and those that the fitting spends on networks."""

    stages: Mapping[str, float]
    networks: float


def estimate(config: ModelConfig, pairs: int, classes: int) -> Estimate:
    """Estimate the cost of training this configuration on `pairs` pairs of `classes` classes."""
    megabytes = _PROGRAM[1] + _ROW_MEGABYTES * pairs + _search_megabytes(config, pairs, classes)
    rows = pairs * (1 - HELD_OUT_SHARE)
    megabytes += sum(config.build_encoder(name).cost.total_megabytes(rows) for name in config.encoders)
    return Estimate(sum(stage_seconds(config, pairs, classes).stages.values()), megabytes)


def stage_seconds(config: ModelConfig, pairs: int, classes: int) -> StageSeconds:
    """Estimate the seconds of each stage of that training."""
    fits = _fits(config, pairs * classes)
    regressions = sum(_fit_seconds(config, head, pairs, classes, fits) for head in config.heads) / _BESIDE
    seconds = {False: 0.0, True: 0.0}
    for name in config.encoders:
        cost = config.build_encoder(name).cost.total_seconds(pairs, pairs * (1 - HELD_OUT_SHARE))
        trained = config.is_trained(name)
        seconds[trained] += cost * sum(fits) / 2 if trained else cost  # the cost counts two networks
    stages = {
        "load": _PROGRAM[0] + _LOAD * pairs,
        "features": 0.1 + seconds[False],
        "fit": regressions + seconds[True],
        "evaluate": _AT_LEAST["evaluate"] + _EVALUATE * pairs + doubt_seconds(config, pairs),
        "save": _AT_LEAST["save"] + _SAVE * pairs,
    }
    return StageSeconds(stages, networks=seconds[True])


def doubt_seconds(config: ModelConfig, pairs: int) -> float:
    """Estimate the seconds to look at the values, beside encoding them, to know which ones to doubt."""
    judged = {name: MODALITIES[name].familiar for name in config.encoders}
    return sum(
        familiar.seconds * min(pairs, familiar.most)
        for name, familiar in judged.items()
        if familiar.applies(config.build_encoder(name))
    )


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
    compared, kept = (_seconds(share * pairs, width, classes, tried, steps) for share, tried, steps in _KINDS)
    return fits[0] * compared + fits[1] * kept


_KINDS = ((0.6, _TRIED, _STEPS), (0.85, 1.0, _EXACT_STEPS))
"""Share of the pairs, values of C and evaluations: of a fit that settings are compared on, and of one that is kept."""


def _search_megabytes(config: ModelConfig, pairs: int, classes: int) -> float:
    """Return the megabytes of answers, of a Gram matrix and of what searches keep for each unknown."""
    rows, parts = 0.85 * pairs, [part for name in config.encoders for part in config.build_encoder(name).parts]
    width = sum(part.n_features_out if part.frozen else min(pairs, _MOST_WORDS) for part in parts)
    wide = is_wide(rows, width, sum(map(_width, parts)), classes)
    weights = classes * (rows if wide else width)
    at_once = THREADS * _TRIED * weights if weights <= MANY_WEIGHTS else max(weights, MOST_WEIGHTS)
    answers = 14e-6 * classes * pairs * len(config.heads)
    return answers + _UNKNOWN_MEGABYTES * at_once + (_GRAM_MEGABYTES * rows**2 if wide else 0.0)


def _seconds(rows: float, width: float, classes: int, tried: float, steps: int) -> float:
    columns = classes * tried
    wide = is_wide(rows, width, width, classes)
    eigen = _EIGEN * rows**3 if wide else 0.0
    rate = _PRODUCTS if columns > _NARROW else _NARROW_PRODUCTS
    return steps * (_STEP + 4 * rows * (rows if wide else width) * columns / rate) + eigen


def _width(encoder: Encoder) -> float:
    return sum(part.n_features_out if part.frozen else _UNKNOWN_WIDTH for part in encoder.parts)
