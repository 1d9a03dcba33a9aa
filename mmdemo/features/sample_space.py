"""Few rows, many columns: regression solved in as many unknowns as there are rows."""

from typing import Any

import numpy as np


def gram_coordinates(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return `U S` and `U S⁻¹`, float64 (n, r), of features X = U S Vᵀ of which only X Xᵀ (n, n) is known.

    L2-regularised regression on the coordinates U S has the same optimum as on X: weights w (k, r) there are
    w Vᵀ = w (U S⁻¹)ᵀ X here, and a new row x has the coordinates x Xᵀ U S⁻¹.

    Source: Schölkopf, Herbrich and Smola (2001), "A generalized representer theorem".
    """
    values, vectors = np.linalg.eigh(gram)
    kept = values > max(values[-1], 0.0) * 1e-10
    lengths = np.sqrt(values[kept])
    return vectors[:, kept] * lengths, vectors[:, kept] / lengths


def gram_of(X: Any) -> np.ndarray:
    """Return X Xᵀ, float64 (n, n), of a dense or sparse X (n, d)."""
    product = X @ X.T
    return np.asarray(product if isinstance(product, np.ndarray) else product.toarray(), dtype=np.float64)
