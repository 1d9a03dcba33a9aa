"""The variances of a block of features, dense or sparse."""

from typing import Any

import numpy as np
from scipy import sparse

# Variance over mean square below which rows differ by rounding alone: float32 leaves about 1e-14.
_ROUNDING = 1e-12


def total_variance(X: Any) -> float:
    """Return the sum over the columns of X (n, d), dense or sparse, of their variances (population).

    It is 0 where the rows differ by rounding alone: a scale made of rounding errors would let a constant block
    drown all others.
    """
    mean = np.asarray(X.mean(axis=0, dtype=np.float64)).ravel()
    return beyond_rounding(float(column_variances(X, mean).sum()), float(mean @ mean))


def beyond_rounding(variance: float, mean_square: float) -> float:
    """Return a variance, 0 where it is rounding alone beside the square of the mean.

    >>> beyond_rounding(1e-14, 1.0), beyond_rounding(0.5, 1.0)
    (0.0, 0.5)
    """
    return variance if variance > _ROUNDING * (variance + mean_square) else 0.0


def column_variances(X: Any, mean: np.ndarray) -> np.ndarray:
    """Return the variances (population) of the columns of X (n, d), dense or sparse, about their mean: float64 (d,).

    The squared deviations are summed, even in a sparse block: E[x²] − mean² would leave rounding errors where the
    variance is 0.
    """
    if not sparse.issparse(X):
        return np.asarray(np.var(X, axis=0, dtype=np.float64))
    columns = X.tocsc(copy=True)
    columns.sum_duplicates()
    stored = np.diff(columns.indptr)
    deviations = columns.data.astype(np.float64) - np.repeat(mean, stored)
    squares = np.bincount(np.repeat(np.arange(len(mean)), stored), np.square(deviations), minlength=len(mean))
    return np.asarray((squares + (X.shape[0] - stored) * np.square(mean)) / X.shape[0])
