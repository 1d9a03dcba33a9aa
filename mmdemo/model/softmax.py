"""Softmax regression with an L2 penalty, for several strengths of it at once."""

from collections.abc import Callable, Sequence

import numpy as np

from mmdemo.errors import ConfigError
from mmdemo.model.design import Design
from mmdemo.model.lbfgs import Search, minimise

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
    loss = _Loss(X.astype(np.float32), codes, classes, Cs)
    searches = [Search(np.zeros(loss.size, np.float32)) for _ in Cs]
    polished = tolerance < _SINGLE and X.dense.dtype == np.float64
    first = _FIRST if polished else 1.0
    minimise(loss, searches, max(tolerance, _SINGLE), lambda share: report(share * first))
    if polished or any(search.excess > _STUCK for search in searches):
        del loss  # and its copy of X
        loss = _Loss(X.astype(np.float64), codes, classes, Cs)
        searches = [search.astype(np.float64) for search in searches]
        minimise(loss, searches, tolerance, lambda share: report(max(first, share)))
    for C, search in zip(Cs, searches, strict=True):
        if not search.excess <= max(_STUCK, tolerance):
            raise ConfigError(f"The regression did not converge with C={C:g}; choose a smaller C, or auto.")
    return [loss.weights(place, search.point) for place, search in enumerate(searches)]


class _Loss:
    """The mean losses and their gradients, of unknowns (k, d + 1): scaled weights of centred columns, and intercepts.

    size: k · (d + 1).
    """

    def __init__(self, X: Design, codes: np.ndarray, classes: int, Cs: Sequence[float]) -> None:
        (n, d), dtype = X.shape, X.dense.dtype
        self._X, self._codes, self._classes, self._rows = X, codes, classes, np.arange(n)
        strength = (2 if classes == 2 else 1) / (np.array(Cs, np.float64) * n)
        penalty = np.repeat(strength[:, np.newaxis], d + 1, axis=1)
        penalty[:, -1] = 0  # none on the intercept
        scale = 1 / np.sqrt(_CURVATURE / classes * np.append(X.variances, 1) + penalty)
        self._scale, self._penalty = scale.astype(dtype)[:, np.newaxis], penalty.astype(dtype)[:, np.newaxis]
        self.size = classes * (d + 1)

    def weights(self, place: int, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights (k, d) and the intercept (k,) of columns that are not centred, float64."""
        found = unknowns.reshape(self._classes, -1).astype(np.float64) * self._scale[place]
        if self._classes == 2:  # whose rows differ by rounding alone from being opposite
            found = (found - found[::-1]) / 2
        return found[:, :-1], found[:, -1] - found[:, :-1] @ self._X.mean

    def __call__(self, places: Sequence[int], unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scale, penalty, n = self._scale[places], self._penalty[places], len(self._rows)
        weights = unknowns.reshape(len(places), self._classes, -1) * scale
        flat = weights.reshape(-1, weights.shape[2])
        logits = self._X.times(flat[:, :-1]) + flat[:, -1:]
        values, residuals = self._residuals(logits.reshape(len(places), self._classes, n))
        gradient = np.empty_like(weights)
        gradient[:, :, :-1] = self._X.sums(residuals.reshape(-1, n)).reshape(*weights.shape[:2], -1)
        gradient[:, :, -1] = residuals.sum(axis=2)
        shrinking = penalty * weights
        values += np.einsum("qkd,qkd->q", shrinking, weights, dtype=np.float64) / 2
        gradient += shrinking
        return values, (gradient * scale).reshape(len(places), -1)

    def _residuals(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses (q,), and how far probabilities are off, (q, k, n), over n; logits are overwritten."""
        logits -= logits.max(axis=1, keepdims=True)
        true = logits[:, self._codes, self._rows].sum(axis=1, dtype=np.float64)
        powers = np.exp(logits, out=logits)
        sums = powers.sum(axis=1, keepdims=True)
        values = (np.log(sums).sum(axis=(1, 2), dtype=np.float64) - true) / len(self._rows)
        powers /= sums
        powers[:, self._codes, self._rows] -= 1
        powers /= len(self._rows)
        return values, powers
