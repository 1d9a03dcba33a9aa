"""Softmax regression with an L2 penalty, for several strengths of it at once."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mmdemo.errors import ConfigError
from mmdemo.model.design import Design
from mmdemo.model.lbfgs import PAIRS, Curvature, Search, minimise

EXACT = 1e-10
"""The `excess` of a search at which the loss is within 1e-7 of the optimum's, relatively.

Probabilities are then within 0.0001.
"""
# In float32, which is twice as fast: the loss is within 1e-6, with C above 300 within 1e-5.
_SINGLE = 1e-8
# If rounding stops the solver earlier, this is still close enough.
_STUCK = 1e-4
_FIRST = 0.8  # of the work, in float32
# Times k, a typical p (1 − p): the curvature of the loss where classes compete.
_CURVATURE = 0.5


def fit_softmax(
    X: Design,
    codes: np.ndarray,
    classes: int,
    Cs: Sequence[float],
    tolerance: float = EXACT,
    report: Callable[[float], None] = lambda share: None,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each C weights (k, d) and intercept (k,) that minimise `Σ −ln p(true class) + ½ ‖weights‖² / C`.

    X: in float64, or in float32 where 1e-6 of the loss is close enough. codes: (n,), 0 … k − 1. tolerance: the share of
    the loss that may be left where the curvature is as usual; where few pairs are uncertain (C of 300 and more), some
    hundred times as much. report: called with the share done (0–1).
    For two classes the two rows are ±w / 2 with `½ ‖w‖² / C`. The results are those of scikit-learn's
    LogisticRegression, which needs many times as long: here all C share every product with the matrix, most steps are
    made in float32, columns are centred (the intercept compensates), and each unknown is scaled by its curvature
    (Jacobi), which works best where the columns are principal axes.
    Raises a ConfigError when the solver does not converge.

    Source: Nocedal and Wright (2006), "Numerical Optimization", sections 5.1 (preconditioning) and 7.2 (L-BFGS).

    >>> (weights, intercept), = fit_softmax(Design(np.eye(3)), np.array([0, 1, 2]), classes=3, Cs=[1.0])
    >>> (weights + intercept).argmax(axis=1)
    array([0, 1, 2])
    """
    exact = X.dense.dtype == np.float64
    return search_softmax(lambda dtype: _DesignLoss(X.astype(dtype), codes, classes, Cs), Cs, tolerance, exact, report)


def search_softmax(
    loss_in: Callable[[type], "SoftmaxLoss"],
    Cs: Sequence[float],
    tolerance: float,
    exact: bool,
    report: Callable[[float], None] = lambda share: None,
    pairs: int = PAIRS,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each of q losses weights (k, d) and intercept (k,) that minimise it; see `fit_softmax`.

    loss_in: dtype → the losses, in that precision. exact: whether the numbers that they rest on are float64. pairs: of
    steps and changes of the gradient that each search remembers.
    Raises a ConfigError when the solver does not converge.
    """
    loss = loss_in(np.float32)
    searches = [Search(np.zeros(loss.size, np.float32), Curvature(loss.size, np.float32, pairs)) for _ in Cs]
    polished = tolerance < _SINGLE and exact
    first = _FIRST if polished else 1.0
    minimise(loss, searches, max(tolerance, _SINGLE), lambda share: report(share * first))
    if polished or any(search.excess > _STUCK for search in searches):
        del loss  # and its copy of the features
        loss = loss_in(np.float64)
        searches = [search.astype(np.float64) for search in searches]
        minimise(loss, searches, tolerance, lambda share: report(max(first, share)))
    for C, search in zip(Cs, searches, strict=True):
        if not search.excess <= max(_STUCK, tolerance):
            raise ConfigError(f"The regression did not converge with C={C:g}; choose a smaller C, or auto.")
    return [loss.weights(place, search.point) for place, search in enumerate(searches)]


class SoftmaxLoss(ABC):
    """Mean losses with their penalties, and their gradients, of unknowns (k, d + 1): scaled weights, and intercepts.

    size: k · (d + 1).
    """

    def __init__(self, classes: int, variances: np.ndarray, penalty: np.ndarray, mean: np.ndarray, dtype: type) -> None:
        """Of q losses: variances (d,) of the columns, penalty (q, d) on each weight squared, half; mean (d,)."""
        self._classes, self._mean = classes, mean
        penalty = np.pad(penalty, ((0, 0), (0, 1)))  # none on the intercept
        scale = 1 / np.sqrt(_CURVATURE / classes * np.append(variances, 1) + penalty)
        self._scale: np.ndarray = scale.astype(dtype)[:, np.newaxis]
        self._penalty: np.ndarray = penalty.astype(dtype)[:, np.newaxis]
        self.size = classes * scale.shape[1]

    @abstractmethod
    def of_rows(self, places: Sequence[int], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses (q,) of weights (q, k, d + 1) of centred columns, and their gradients, alike."""

    def weights(self, place: int, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights (k, d) and the intercept (k,) of columns that are not centred, float64."""
        found = unknowns.reshape(self._classes, -1).astype(np.float64) * self._scale[place]
        return found[:, :-1], found[:, -1] - found[:, :-1] @ self._mean

    def __call__(self, places: Sequence[int], unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the values (q,) and the gradients (q, size)."""
        scale = self._scale[places]
        weights = unknowns.reshape(len(places), self._classes, -1) * scale
        values, gradient = self.of_rows(places, weights)
        shrinking = self._penalty[places] * weights
        values += np.einsum("qkd,qkd->q", shrinking, weights, dtype=np.float64) / 2
        gradient += shrinking
        return values, (gradient * scale).reshape(len(places), -1)


class _DesignLoss(SoftmaxLoss):
    """The losses of the rows of a design, one for each C."""

    def __init__(self, X: Design, codes: np.ndarray, classes: int, Cs: Sequence[float]) -> None:
        penalty = penalties(np.array(Cs, np.float64), X.shape[0], classes)
        penalty = np.repeat(penalty[:, np.newaxis], X.shape[1], axis=1)
        super().__init__(classes, X.variances, penalty, X.mean, X.dense.dtype.type)
        self._X, self._codes = X, codes

    def weights(self, place: int, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return symmetric(*super().weights(place, unknowns))

    def of_rows(self, places: Sequence[int], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n, k = self._X.shape[0], self._classes
        flat = weights.reshape(-1, weights.shape[2])
        logits = self._X.times(flat[:, :-1]) + flat[:, -1:]
        values, residuals = losses(logits.reshape(len(places), k, n), self._codes)
        residuals /= n
        gradient = np.empty_like(weights)
        gradient[:, :, :-1] = self._X.sums(residuals.reshape(-1, n)).reshape(len(places), k, -1)
        gradient[:, :, -1] = residuals.sum(axis=2)
        return values / n, gradient


def penalties(C: Any, rows: Any, classes: Any) -> Any:
    """Return the penalty on a weight squared, half, in a mean over so many rows: of two classes twice that of more."""
    return np.where(np.equal(classes, 2), 2.0, 1.0) / (C * rows)


def symmetric(weights: np.ndarray, intercept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (k, d) and intercept (k,), of two classes opposite, from which they differ by rounding alone."""
    if len(weights) != 2:
        return weights, intercept
    return (weights - weights[::-1]) / 2, (intercept - intercept[::-1]) / 2


def losses(logits: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ −ln p(true class), (q,), of logits (q, k, n), overwritten by how far probabilities are off."""
    rows = np.arange(len(codes))
    logits -= logits.max(axis=1, keepdims=True)
    true = logits[:, codes, rows].sum(axis=1, dtype=np.float64)
    powers = np.exp(logits, out=logits)
    sums = powers.sum(axis=1, keepdims=True)
    values = np.log(sums).sum(axis=(1, 2), dtype=np.float64) - true
    powers /= sums
    powers[:, codes, rows] -= 1
    return values, powers
