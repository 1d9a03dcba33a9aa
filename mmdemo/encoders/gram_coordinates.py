"""Gram coordinates: regression with few rows and many columns, solved in as many unknowns as there are rows."""

from typing import Any

import numpy as np
from scipy import sparse

# Sparse times sparse costs far more per number than dense times dense.
_DENSE_FROM = 0.05


def gram_coordinates(gram: np.ndarray, least: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return `U S` and `U S⁻¹`, (n, r), of features X = U S Vᵀ given only the Gram matrix X Xᵀ (n, n).

    L2-regularised regression on the coordinates U S has the same optimum as on X: weights
    w (k, r) there are w Vᵀ = w (U S⁻¹)ᵀ X here, and a new row x has the coordinates x Xᵀ U S⁻¹.
    least: directions of an eigenvalue up to this are rounding errors, and left out.

    Source: Schölkopf, Herbrich and Smola (2001), "A generalized representer theorem".
    """
    values, vectors = np.linalg.eigh(gram)
    kept = values > max(values[-1] * 1e-10, least)
    kept[-1] = True  # features that are all zero still get one coordinate
    lengths, vectors = np.sqrt(np.where(values > least, values, 0.0)[kept]), vectors[:, kept]
    return vectors * lengths, np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def gram_of(X: Any) -> np.ndarray:
    """Return X Xᵀ, float64 (n, n), of a dense or sparse X (n, d)."""
    if sparse.issparse(X) and X.nnz > _DENSE_FROM * X.shape[0] * X.shape[1]:
        X = X.toarray()
    product = X @ X.T
    return np.asarray(product.toarray() if sparse.issparse(product) else product, dtype=np.float64)
