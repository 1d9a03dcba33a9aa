"""Scale blocks of features equally, so that none dominates by size alone."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmdemo.encoders.variances import column_variances, total_variance

__all__ = ["BlockScaler", "column_variances", "total_variance"]


class BlockScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Divide a block by the square root of the sum of its column variances; the block's variance is then `weight²`.

    weight: factor for the block afterwards; 1 gives every block equal influence.

    The whole block has one factor, so it keeps its shape; nothing is centred, so sparse input stays sparse.
    A block that varies by rounding alone keeps its size. Source: the same rule as skrub's `_scaling_factor.py`.

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
        """The factor of the block."""
        return float(self.weight / self.scale_)

    def __sklearn_tags__(self) -> Any:
        """Declare that sparse input is allowed and float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
