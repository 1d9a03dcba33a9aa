"""Softmax regression with an L2 penalty, solved in preconditioned unknowns."""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from mmdemo.encoders.variances import column_variances
from mmdemo.errors import ConfigError

EXACT = 1e-7
"""The gradient's largest component at which probabilities are within 0.0001 of the optimum's."""
# If rounding stops the solver earlier, this is still close enough.
_STUCK = 1e-3
# A typical p (1 − p): the curvature of the loss where classes compete.
_CURVATURE = 0.05


def fit_softmax(
    X: Any, codes: np.ndarray, classes: int, C: float, tolerance: float = EXACT
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (k, d) and intercept (k,) that minimise `Σ −ln p(true class) + ½ ‖weights‖² / C`.

    X: float64 (n, d), dense or sparse. codes: (n,), 0 … k − 1. tolerance: of the gradient, at the end.
    For two classes the two rows are ±w / 2 with `½ ‖w‖² / C`. The result is that of scikit-learn's LogisticRegression,
    which needs five times as many steps: here columns are centred (the intercept compensates) and each unknown is
    scaled by its curvature (Jacobi).
    Raises a ConfigError when the solver does not converge.

    Source: Nocedal and Wright (2006), "Numerical Optimization", sections 5.1 (preconditioning) and 7.2 (L-BFGS).

    >>> weights, intercept = fit_softmax(np.eye(3), np.array([0, 1, 2]), classes=3, C=1.0)
    >>> (weights + intercept).argmax(axis=1)
    array([0, 1, 2])
    """
    loss = _Loss(X, codes, classes, C)
    options = {"gtol": tolerance, "ftol": 1e-14, "maxiter": 10_000, "maxfun": 100_000, "maxls": 50}
    found = minimize(loss, np.zeros(loss.scale.size * classes), jac=True, method="L-BFGS-B", options=options)
    if not found.success and np.abs(found.jac).max() > _STUCK:
        raise ConfigError(f"The regression did not converge with C={C:g}; choose a smaller C, or auto.")
    weights = found.x.reshape(-1, classes) * loss.scale
    return weights[:-1].T, weights[-1] - loss.mean @ weights[:-1]


class _Loss:
    """The mean loss and its gradient, of unknowns (d + 1, k): scaled weights of centred columns, and the intercept."""

    def __init__(self, X: Any, codes: np.ndarray, classes: int, C: float) -> None:
        n, d = X.shape
        self.mean = np.asarray(X.mean(axis=0)).ravel()
        if sparse.issparse(X):  # it is not centred; every step computes the effect of its column means
            self._X, self._shift = X, self.mean
        else:
            self._X, self._shift = X - self.mean, np.zeros(d)
        variance = column_variances(X, self.mean)
        self._truth = np.eye(classes)[codes]
        strength = (2 if classes == 2 else 1) / (C * n)
        self._penalty = np.append(np.full(d, strength), 0)[:, np.newaxis]  # none on the intercept
        self.scale = 1 / np.sqrt(_CURVATURE * np.append(variance, 1)[:, np.newaxis] + self._penalty)

    def __call__(self, unknowns: np.ndarray) -> tuple[float, np.ndarray]:
        weights = unknowns.reshape(len(self.scale), -1) * self.scale
        n = len(self._truth)
        logits = np.asarray(self._X @ weights[:-1]) + (weights[-1] - self._shift @ weights[:-1])
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1, keepdims=True)
        value = (np.log(sums).sum() - np.vdot(logits, self._truth)) / n
        residuals = (powers / sums - self._truth) / n
        total = residuals.sum(axis=0)
        gradient = np.vstack([self._X.T @ residuals - np.outer(self._shift, total), total]) + self._penalty * weights
        return float(value + (self._penalty * weights**2).sum() / 2), (gradient * self.scale).ravel()
