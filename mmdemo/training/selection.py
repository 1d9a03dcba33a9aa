"""Regularisation, block weights, temperature and threshold: all chosen on training pairs that a fit has not seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from mmdemo.encoders.encoder import OnProgress
from mmdemo.model.config import ModelConfig
from mmdemo.model.heads import FUSED
from mmdemo.model.regression import LinearProblem
from mmdemo.training.folds import Fold, encoded_folds, is_trained

C_GRID = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
# Half as many steps as an exact fit; the same C, temperature and threshold within 0.005.
_TOLERANCE = 1e-4
# Its features nearly separate the pairs that it was trained on: at full weight they would drown the caption.
_TRAINED_WEIGHTS = (1.0, 0.5, 0.25, 0.125)


@dataclass(frozen=True)
class Choice:
    """The settings chosen for one head.

    C: inverse strength of the regularisation. weights: modality → weight of its block.
    temperature: what logits are divided by. threshold: probability at and above which an answer is called sure (0–1).
    log_loss: of the held-out answers with this C and these weights, in nats.
    """

    C: float
    weights: Mapping[str, float]
    temperature: float
    threshold: float
    log_loss: float


def choose(
    config: ModelConfig,
    columns: Mapping[str, Any],
    frozen: Mapping[str, Any],
    labels: np.ndarray,
    on_progress: OnProgress,
    report: Callable[[float], None],
) -> dict[str, Choice]:
    """Return head → choice by log loss on held-out folds of the training pairs; encoders are fitted inside the folds.

    columns: modality → its n training values. frozen: modality → (n, d) features that depend on no other pair.
    labels: (n,). on_progress: called after each epoch of a trained network. report: called with the share done (0–1).
    """
    codes = np.unique(labels, return_inverse=True)[1]
    folds = encoded_folds(config, columns, frozen, labels, on_progress)
    seen = np.concatenate([fold.held_out for fold in folds])

    def best(head: str) -> Choice:
        candidates = [_walk(_Problems(folds, weights), codes[seen], config.C) for weights in _weightings(config, head)]
        return _choice(min(candidates, key=lambda found: found.log_loss), codes[seen], config.target_precision)

    choices = {}
    for done, head in enumerate(config.heads, 1):
        choices[head] = best(head)
        report(done / len(config.heads))
    return choices


@dataclass(frozen=True)
class _Candidate:
    weights: Mapping[str, float]
    C: float
    logits: np.ndarray
    log_loss: float


class _Problems:
    """One head's regression in every fold, for one weighting of its blocks."""

    def __init__(self, folds: list[Fold], weights: dict[str, float]) -> None:
        self.weights = weights
        self._unseen = [fold.unseen for fold in folds]
        self._problems = [
            LinearProblem(
                {name: fold.fitted[name] for name in weights},
                {name: weight * fold.fitted[name].factor for name, weight in weights.items()},
                fold.labels,
            )
            for fold in folds
        ]

    def candidate(self, C: float, codes: np.ndarray) -> _Candidate:
        """Return the answers to the held-out pairs of every fold, in order."""
        fits = [problem.fit(C, _TOLERANCE) for problem in self._problems]
        logits = np.concatenate([fit.logits(unseen) for fit, unseen in zip(fits, self._unseen, strict=True)])
        return _Candidate(self.weights, C, logits, nats(logits, codes))


def _walk(problems: _Problems, codes: np.ndarray, C: float | None) -> _Candidate:
    # The log loss falls and then rises with C, so the search goes downhill from the middle of the grid.
    if C is not None:
        return problems.candidate(C, codes)
    tried: dict[int, _Candidate] = {}

    def loss(index: int) -> float:
        if not 0 <= index < len(C_GRID):
            return np.inf
        if index not in tried:
            tried[index] = problems.candidate(C_GRID[index], codes)
        return tried[index].log_loss

    here = len(C_GRID) // 2
    step = 1 if loss(here + 1) < loss(here) else -1
    while loss(here + step) < loss(here):
        here += step
    return tried[here]


def best_temperature(logits: np.ndarray, codes: np.ndarray) -> float:
    """Return the temperature: the divisor of logits (n, k) that minimises the log loss of the true classes' codes (n,).

    Source: Guo et al. (2017), "On calibration of modern neural networks".
    """
    found = minimize_scalar(
        lambda exponent: nats(logits / np.exp(exponent), codes),
        bounds=(-3, 3),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return float(np.exp(found.x))


def best_threshold(probabilities: np.ndarray, codes: np.ndarray, target: float) -> float:
    """Return the lowest probability above which at least a share `target` of the answers is right; 1 if there is none.

    probabilities: (n, k). codes: (n,) of the true classes.
    """
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == codes
    order = np.argsort(-top, kind="stable")
    top, precision = top[order], np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Answers of equal probability are either all sure or all not sure.
    good = np.flatnonzero((precision >= target) & np.append(top[1:] < top[:-1], True))
    return float(top[good[-1]]) if good.size else 1.0


def nats(logits: np.ndarray, codes: np.ndarray) -> float:
    """Return the mean log loss of logits (n, k) for the true classes' codes (n,)."""
    return float(-np.log(np.maximum(softmax(logits, axis=1)[np.arange(len(codes)), codes], 1e-300)).mean())


def _choice(found: _Candidate, codes: np.ndarray, target: float) -> Choice:
    temperature = best_temperature(found.logits, codes)
    threshold = best_threshold(softmax(found.logits / temperature, axis=1), codes, target)
    return Choice(found.C, found.weights, temperature, threshold, found.log_loss)


def _weightings(config: ModelConfig, head: str) -> list[dict[str, float]]:
    names = config.inputs(head)
    options = [_TRAINED_WEIGHTS if head == FUSED and is_trained(config, name) else (1.0,) for name in names]
    return [dict(zip(names, weights, strict=True)) for weights in product(*options)]
