"""Blocks of features brought to one scale, so that none dominates by size alone."""

from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class BlockScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Divide a block by the square root of the sum of its column variances; the block's variance is then `weight²`.

    weight: what to multiply the block by afterwards; 1 gives every block the same say.

    One factor serves the whole block, so the block keeps its shape, and nothing is centred, so sparse stays sparse.
    A block that does not vary keeps its size. Source: skrub's `_scaling_factor.py` follows the same rule.

    >>> BlockScaler().fit([[0.0, 0.0], [2.0, 4.0]]).scale_.round(4)
    np.float64(2.2361)
    """

    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight

    def fit(self, X: Any, y: object = None) -> Self:
        """Measure the block's total variance; X is (n, d), dense or sparse."""
        X = validate_data(self, X, accept_sparse=("csr", "csc"), dtype=(np.float64, np.float32))
        self.scale_ = np.float64(np.sqrt(total_variance(X)) or 1.0)
        return self

    def transform(self, X: Any) -> Any:
        """Return the block, (n, d), on the common scale, in the type and layout it came in."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, accept_sparse=("csr", "csc"), dtype=(np.float64, np.float32))
        return X * X.dtype.type(self.factor)

    @property
    def factor(self) -> float:
        """What a block is multiplied by."""
        return float(self.weight / self.scale_)

    def __sklearn_tags__(self) -> Any:
        """Declare that sparse input is welcome and float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def total_variance(X: Any) -> float:
    """Return the sum over the columns of X (n, d) of their variances (population)."""
    if sparse.issparse(X):
        wide = X.astype(np.float64)
        mean = np.asarray(wide.mean(axis=0)).ravel()
        return max(float(wide.multiply(wide).sum() / X.shape[0] - mean @ mean), 0.0)
    return float(np.var(X, axis=0, dtype=np.float64).sum())
