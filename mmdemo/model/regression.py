"""Softmax regression on blocks of features, solved in as few unknowns as possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.gram_coordinates import Block, gram_coordinates
from mmdemo.model.softmax import EXACT, fit_softmax

# Beyond this many rows, the eigenvectors of the n × n Gram matrix cost more than they save.
_MOST_ROWS = 2_000
# As a share of the sum of squares of all features: float32 leaves about 1e-14.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class LinearFit:
    """Softmax regression on blocks of features.

    C: inverse strength of the regularisation. classes: (k,). coef: block's name → (k, d). intercept: (k,).
    """

    C: float
    classes: np.ndarray
    coef: Mapping[str, np.ndarray]
    intercept: np.ndarray

    def logits(self, features: Mapping[str, Any]) -> np.ndarray:
        """Return (n, k) of features block's name → (n, d)."""
        return np.asarray(self.intercept + sum(features[name] @ coef.T for name, coef in self.coef.items()))


class LinearProblem:
    """Softmax regression on blocks of features times their factors; built once, fitted for any C.

    blocks: name → features. factors: block's name → its factor. y: labels (n,).

    With more columns than rows it is solved in Gram coordinates, which gives the same optimum (see `gram_coordinates`).

    >>> problem = LinearProblem({"text": Block(np.eye(3))}, {"text": 1.0}, np.array(["a", "b", "c"]))
    >>> problem.fit(C=1.0).coef["text"].shape
    (3, 3)
    """

    def __init__(self, blocks: Mapping[str, Block], factors: Mapping[str, float], y: np.ndarray) -> None:
        self._features, self._factors = {name: block.features for name, block in blocks.items()}, factors
        self._classes, self._codes = np.unique(y, return_inverse=True)
        self._design: Any
        self._back: np.ndarray | None = None
        if self._wide():
            gram = np.sum([factors[name] ** 2 * block.gram for name, block in blocks.items()], axis=0)
            self._mean = gram.mean(axis=0)
            rounding = _ROUNDING * float(np.trace(gram))  # what centring leaves of equal rows
            gram = gram - self._mean - self._mean[:, np.newaxis] + self._mean.mean()
            self._design, self._back = gram_coordinates(gram, least=rounding)
            return
        columns = [block * factors[name] for name, block in self._features.items()]
        some_sparse = any(sparse.issparse(column) for column in columns)
        self._design = (sparse.hstack(columns, format="csr") if some_sparse else np.hstack(columns)).astype(np.float64)

    def fit(self, C: float, tolerance: float = EXACT) -> LinearFit:
        """Return the optimum for one C, from a cold start, because a warm start can stop at once.

        tolerance: of the gradient; a larger one stops earlier.
        Raises a ConfigError when the solver does not converge.
        """
        weights, intercept = fit_softmax(self._design, self._codes, len(self._classes), C, tolerance)
        if self._back is not None:
            weights = weights @ self._back.T  # (k, n)
            intercept = intercept - weights @ self._mean
        return LinearFit(C, self._classes, self._coef(weights), intercept)

    def _wide(self) -> bool:
        width = sum(block.shape[1] for block in self._features.values())
        return len(self._codes) < width and len(self._codes) <= _MOST_ROWS

    def _coef(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        if self._back is None:
            ends = np.cumsum([block.shape[1] for block in self._features.values()])[:-1]
            parts = zip(self._features, np.split(weights, ends, axis=1), strict=True)
            return {name: part * self._factors[name] for name, part in parts}
        blocks = self._features.items()
        return {name: np.asarray(self._factors[name] ** 2 * (block.T @ weights.T)).T for name, block in blocks}
