"""Regularisation, block weights and temperature: all chosen on pairs that a fit has not seen."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from mmdemo.model.config import ModelConfig
from mmdemo.model.progress import Report, portion
from mmdemo.training.encoding import Encoded, Encodings
from mmdemo.training.head_problem import FittedHead, HeadProblem, Weights
from mmdemo.training.plan import Leave, Plan
from mmdemo.training.together import THREADS, together

C_GRID = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
_FEW_FIRST, _FIRST = C_GRID[2:5], C_GRID[1:6]  # tried together, before those beside the best
_MANY = 20_000  # pairs times classes: then each C takes longer than what all of them share
# Half as many steps as an exact fit; the same C and temperature within 0.005.
_TOLERANCE = 1e-6
# Its features nearly separate the pairs that it was trained on: at full weight they would drown the other blocks.
_TRAINED_WEIGHTS = (1.0, 0.5, 0.25, 0.125)
_FIRST_ROUND = 0.75  # of the work that is left when a round of fits begins, as a guess
MANY_WEIGHTS = 1_000_000  # of which two fits beside each other would take too much memory
_FEWEST_JUDGES = 10  # pairs that lack nothing; with fewer, those that lack something judge too


@dataclass(frozen=True)
class Choice:
    """The settings chosen for one head.

    C: inverse strength of the regularisation. weights: modality → weight of its block.
    temperature: what logits are divided by. log_loss: of the answers it was chosen by, in nats.
    """

    C: float
    weights: Mapping[str, float]
    temperature: float
    log_loss: float


@dataclass
class Selection:
    """Chooses the settings of every fit of a plan; a fit that serves two choices is made once.

    encodings: of the n pairs. codes: (n,) of their classes. holds: modality → bool (n,), whether a pair has it.
    """

    config: ModelConfig
    plan: Plan
    encodings: Encodings
    codes: np.ndarray
    holds: Mapping[str, np.ndarray]
    _logits: dict[tuple[Leave, Weights, float], np.ndarray] = field(default_factory=dict)
    _chosen: set[Leave] = field(default_factory=set)

    def choose(self, target: Leave, report: Report = lambda share: None) -> dict[str, Choice]:
        """Return head → settings for the fit that leaves out these parts; report: called with the share done (0–1)."""
        weightings = {head: self._weightings(head) for head in self.config.heads}
        wanted = {(weights, C) for found in weightings.values() for weights in found for C in self._first}
        done = 0.0
        while wanted:
            left = (1 - done) * _FIRST_ROUND
            self._make(target, wanted, partial(portion, report, done, left))
            done += left
            wanted = self._following(target, weightings.values())
        report(1.0)
        choices = {head: self._best(target, options) for head, options in weightings.items()}
        self._forget(target)
        return choices

    def fit(
        self, target: Leave, choices: Mapping[str, Choice], report: Report = lambda share: None
    ) -> tuple[Encoded, dict[str, FittedHead]]:
        """Return the features by the encoders of this fit, and head → its exact optimum."""
        encoded = self.encodings.fitted_on(self.plan.rows(target))
        tasks = [partial(self._fit_one, encoded, target, choice) for choice in choices.values()]
        return encoded, dict(zip(choices, together(tasks, report, self._threads(encoded)), strict=True))

    def _fit_one(self, encoded: Encoded, target: Leave, choice: Choice, report: Report) -> FittedHead:
        return self._problem(encoded, target, tuple(choice.weights.items())).fit_all([choice.C], report)[0]

    def agreed(self, choices: Sequence[Choice], logits: np.ndarray, names: Sequence[str]) -> Choice:
        """Return the settings of a head that the folds' choices agree on: the middle one of them.

        logits: (n, k) of the pairs, each by the fit of the fold that it is held out in; they set the temperature.
        names: the modalities that the head reads.
        """
        middle = sorted(choices, key=lambda choice: (choice.C, *choice.weights.values()))[len(choices) // 2]
        held = [self.holds[name] for name in names]
        some, known = np.any(held, axis=0), np.zeros(len(self.codes), bool)
        for part in self.plan.judged:
            rows, fitted = self.plan.part == part, self.plan.rows(frozenset({part})) & some
            known[rows] = np.isin(self.codes[rows], self.codes[fitted])
        judged = _or_all(np.all(held, axis=0) & known, some & known)
        logits, codes = logits[judged], self.codes[judged]
        return replace(middle, temperature=best_temperature(logits, codes), log_loss=nats(logits, codes))

    @property
    def _first(self) -> tuple[float, ...]:
        """The values of C to begin with."""
        if self.config.C is not None:
            return (self.config.C,)
        return _FEW_FIRST if len(self.codes) * self.encodings.classes > _MANY else _FIRST

    def _make(self, target: Leave, wanted: set[tuple[Weights, float]], report: Report) -> None:
        """Make the fits that these settings are judged by, one part left out after the other."""
        fits = self.plan.fits(target)
        for done, leave in enumerate(fits):
            missing = sorted(pair for pair in wanted if (leave, *pair) not in self._logits)
            self._fit_all(leave, missing, partial(portion, report, done / len(fits), 1 / len(fits)))

    def _fit_all(self, leave: Leave, wanted: list[tuple[Weights, float]], report: Report) -> None:
        if not wanted:
            return
        encoded = self.encodings.fitted_on(self.plan.rows(leave))
        left_out = np.flatnonzero(~self.plan.rows(leave))
        values: dict[Weights, list[float]] = {}
        for weights, C in wanted:
            values.setdefault(weights, []).append(C)
        tasks = [partial(self._try, encoded, leave, weights, Cs) for weights, Cs in values.items()]
        for (weights, Cs), heads in zip(values.items(), together(tasks, report, self._threads(encoded)), strict=True):
            for C, head in zip(Cs, heads, strict=True):
                self._logits[leave, weights, C] = head.logits(encoded, left_out).astype(np.float32)

    def _try(
        self, encoded: Encoded, leave: Leave, weights: Weights, Cs: list[float], report: Report
    ) -> list[FittedHead]:
        return self._problem(encoded, leave, weights).fit_all(Cs, report, _TOLERANCE)

    def _threads(self, encoded: Encoded) -> int:
        width = sum(coordinates.shape[1] for coordinates in encoded.coordinates.values())
        return 1 if width * self.encodings.classes > MANY_WEIGHTS else THREADS

    def _forget(self, target: Leave) -> None:
        """Drop the answers that no choice needs any more: with many classes they are large."""
        self._chosen.add(target)
        needed = {leave for other in self.plan.judges if other not in self._chosen for leave in self.plan.fits(other)}
        self._logits = {key: logits for key, logits in self._logits.items() if key[0] in needed}

    def _problem(self, encoded: Encoded, leave: Leave, weights: Weights) -> HeadProblem:
        """Return the regression on the pairs that hold anything that the head reads."""
        some = np.any([self.holds[name] for name, _ in weights], axis=0)
        return HeadProblem(encoded, self.plan.rows(leave) & some, weights, self.codes, self.encodings.classes)

    def _judged(self, target: Leave, weights: Weights, C: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the logits (m, k) and codes (m,) of the pairs that judge a setting.

        They lack nothing that the head reads, unless too few do, and are of classes that the head was fitted on.
        """
        held = [self.holds[name] for name, _ in weights]
        some, whole = np.any(held, axis=0), np.all(held, axis=0)
        logits, codes, lacks_nothing = [], [], []
        for part, leave in zip(self.plan.judges[target], self.plan.fits(target), strict=True):
            left_out, fitted = np.flatnonzero(~self.plan.rows(leave)), self.plan.rows(leave) & some
            judges = (self.plan.part == part) & some & np.isin(self.codes, self.codes[fitted])
            chosen = judges[left_out]
            logits.append(self._logits[leave, weights, C][chosen].astype(np.float64))
            codes.append(self.codes[left_out[chosen]])
            lacks_nothing.append(whole[left_out[chosen]])
        kept = np.concatenate(lacks_nothing)
        kept = _or_all(kept, np.ones_like(kept))
        return np.concatenate(logits)[kept], np.concatenate(codes)[kept]

    def _losses(self, target: Leave, weights: Weights) -> dict[float, float]:
        """Return C → log loss, for every C tried."""
        grid = C_GRID if self.config.C is None else (self.config.C,)
        tried = [C for C in grid if self._is_tried(target, weights, C)]
        return {C: nats(*self._judged(target, weights, C)) for C in tried}

    def _is_tried(self, target: Leave, weights: Weights, C: float) -> bool:
        return all((leave, weights, C) in self._logits for leave in self.plan.fits(target))

    def _following(self, target: Leave, weightings: Iterable[list[Weights]]) -> set[tuple[Weights, float]]:
        """Return the settings to try next, none when the best of every head is found."""
        found = [self._next(target, weights) for options in weightings for weights in options]
        return {setting for setting in found if setting is not None}

    def _next(self, target: Leave, weights: Weights) -> tuple[Weights, float] | None:
        """Return the C to try next: log loss falls and then rises with it, so a better one stands beside the best."""
        losses = self._losses(target, weights)
        best = min(losses, key=lambda C: (losses[C], _from_middle(C)))
        if self.config.C is not None:
            return None
        place = C_GRID.index(best)
        beside = [C for C in C_GRID[max(place - 1, 0) : place + 2] if C not in losses]
        return (weights, beside[0]) if beside else None

    def _best(self, target: Leave, options: list[Weights]) -> Choice:
        losses = {(weights, C): loss for weights in options for C, loss in self._losses(target, weights).items()}
        (weights, C), loss = min(losses.items(), key=lambda found: (found[1], _from_middle(found[0][1])))
        return Choice(C, dict(weights), best_temperature(*self._judged(target, weights, C)), loss)

    def _weightings(self, head: str) -> list[Weights]:
        names = self.config.inputs(head)
        trained = [len(names) > 1 and self.config.is_trained(name) for name in names]
        options = [_TRAINED_WEIGHTS if several else (1.0,) for several in trained]
        return [tuple(zip(names, weights, strict=True)) for weights in product(*options)]


def _from_middle(C: float) -> float:
    """Return how far a C is from the grid's middle; it decides where no pair can judge, and all losses are 0."""
    return abs(math.log(C / C_GRID[len(C_GRID) // 2]))


def judging(held: Sequence[np.ndarray]) -> np.ndarray:
    """Return which pairs judge a head, bool (n,), by whether each holds the modalities that it reads."""
    return _or_all(np.all(held, axis=0), np.any(held, axis=0))


def _or_all(whole: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return which pairs judge, bool (n,): those that lack nothing, or where they are too few, all that hold some."""
    return whole if whole.sum() >= _FEWEST_JUDGES else some


def best_temperature(logits: np.ndarray, codes: np.ndarray) -> float:
    """Return the temperature: the divisor of logits (n, k) that minimises the log loss of the true classes' codes (n,).

    One more pair counts beside them, a wrong answer whose runner-up is true, on average over theirs: otherwise a few
    pairs that are all answered right would make every answer certain. Without any pair it is 1.

    Source: Guo et al. (2017), "On calibration of modern neural networks"; Platt (1999), "Probabilistic outputs for
    support vector machines", section 2.2, on such a prior.
    """
    if not len(codes):
        return 1.0
    second = np.argsort(logits, axis=1)[:, -2]

    def loss(exponent: float) -> float:
        divided = logits / np.exp(exponent)
        return len(codes) * nats(divided, codes) + nats(divided, second)

    found = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))


def nats(logits: np.ndarray, codes: np.ndarray) -> float:
    """Return the mean log loss of logits (n, k) for the true classes' codes (n,), 0 without any pair."""
    if not len(codes):
        return 0.0
    return float(-np.log(np.maximum(softmax(logits, axis=1)[np.arange(len(codes)), codes], 1e-300)).mean())
