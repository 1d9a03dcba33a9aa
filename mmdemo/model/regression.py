"""Softmax regression on blocks of features, solved in as few unknowns as possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.coordinates import Block
from mmdemo.encoders.gram_coordinates import gram_coordinates
from mmdemo.model.design import Design
from mmdemo.model.progress import Report, portion
from mmdemo.model.softmax import EXACT, fit_softmax

# Measured: up to so many rows, the eigenvectors of the Gram matrix take no time to speak of.
_FEW_ROWS = 800
# Beyond, they pay while n² is at most this times the columns saved times the classes; a sparse column costs a tenth.
_SAVED = 100
SPARSE = 0.1
_MOST_ROWS = 2_500  # whose Gram matrix and eigenvectors fit into memory several times
# Unknowns that are searched for at once: a search keeps some twenty numbers for each.
MOST_WEIGHTS = 2_500_000
# Rows times columns times classes: beyond, and where fits are only compared, float32 has to do.
_LARGE = 5e7
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


def is_wide(rows: float, width: float, dear: float, classes: int) -> bool:
    """Return whether Gram coordinates pay: their eigenvectors take n³, and each step saves what lies beyond n columns.

    width: of all columns. dear: the same, with sparse ones counted at what they cost.
    """
    return rows < min(width, _MOST_ROWS) and rows**2 <= max(_FEW_ROWS**2, _SAVED * (dear - rows) * classes)


class LinearProblem:
    """Softmax regression on blocks of features times their factors; built once, fitted for any C.

    blocks: name → features. factors: block's name → its factor. y: labels (n,).

    With more columns than rows it is solved in Gram coordinates, which gives the same optimum (see `gram_coordinates`).

    >>> problem = LinearProblem({"text": Block(np.eye(3))}, {"text": 1.0}, np.array(["a", "b", "c"]))
    >>> problem.fit(C=1.0).coef["text"].shape
    (3, 3)
    """

    def __init__(self, blocks: Mapping[str, Block], factors: Mapping[str, float], y: np.ndarray) -> None:
        self._blocks, self._factors = blocks, factors
        self._classes, self._codes = np.unique(y, return_inverse=True)

    def fit(self, C: float, tolerance: float = EXACT) -> LinearFit:
        """Return the optimum for one C; see `fit_all`."""
        return self.fit_all([C], tolerance)[0]

    def fit_all(
        self,
        Cs: Sequence[float],
        tolerance: float = EXACT,
        report: Report = lambda share: None,
    ) -> list[LinearFit]:
        """Return the optimum for each C, all found together unless that takes too much memory, from a cold start.

        tolerance: see `fit_softmax`; in large problems it is 1e-8 at least.
        report: called with the share done (0–1).
        Raises a ConfigError when the solver does not converge.
        """
        solve = self._in_gram_coordinates if self._is_wide else self._in_features
        return solve(Cs, tolerance, report)

    @property
    def _is_wide(self) -> bool:
        parts = [part for block in self._blocks.values() for part in block.features.parts]
        width = sum(part.shape[1] for part in parts)
        dear = sum(part.shape[1] * (SPARSE if sparse.issparse(part) else 1.0) for part in parts)
        return is_wide(len(self._codes), width, dear, len(self._classes))

    @cached_property
    def _gram(self) -> tuple[Design, np.ndarray, np.ndarray]:
        """The design in Gram coordinates, the map back from there, and the column means of the Gram matrix."""
        gram = np.zeros((len(self._codes), len(self._codes)))
        for name, block in self._blocks.items():
            gram += self._factors[name] ** 2 * block.gram
        mean = gram.mean(axis=0)
        rounding = _ROUNDING * float(np.trace(gram))  # what centring leaves of equal rows
        gram -= mean
        gram -= (mean - mean.mean())[:, np.newaxis]
        coordinates, back = gram_coordinates(gram, least=rounding)
        return Design(coordinates), back, mean

    def _in_gram_coordinates(
        self, Cs: Sequence[float], tolerance: float, report: Report
    ) -> list[LinearFit]:
        design, back, mean = self._gram
        design = design.astype(self._precision(tolerance, design.shape[1]))
        found = []
        for C, (weights, intercept) in zip(Cs, self._solve(design, Cs, tolerance, report), strict=True):
            shares = weights @ back.T  # (k, n)
            coef = {
                name: self._factors[name] ** 2 * block.features.combined(shares) for name, block in self._blocks.items()
            }
            found.append(LinearFit(C, self._classes, coef, intercept - shares @ mean))
        return found

    def _in_features(self, Cs: Sequence[float], tolerance: float, report: Report) -> list[LinearFit]:
        parts = [(part, self._factors[name]) for name, block in self._blocks.items() for part in block.features.parts]
        precision = self._precision(tolerance, sum(part.shape[1] for part, _ in parts))
        design, places = Design.of(parts, precision)
        found = []
        for C, (weights, intercept) in zip(Cs, self._solve(design, Cs, tolerance, report), strict=True):
            found.append(LinearFit(C, self._classes, self._by_block(weights[:, places]), intercept))
        return found

    def _precision(self, tolerance: float, width: int) -> type:
        large = len(self._codes) * width * len(self._classes) > _LARGE
        return np.float32 if large or tolerance > EXACT else np.float64

    def _solve(
        self, design: Design, Cs: Sequence[float], tolerance: float, report: Report
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        at_once = max(1, int(MOST_WEIGHTS / (len(self._classes) * (design.shape[1] + 1))))
        found = []
        for start in range(0, len(Cs), at_once):
            some = Cs[start : start + at_once]
            part = partial(portion, report, start / len(Cs), len(some) / len(Cs))
            found += fit_softmax(design, self._codes, len(self._classes), some, tolerance, part)
        return found

    def _by_block(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        ends = np.cumsum([block.features.shape[1] for block in self._blocks.values()])[:-1]
        parts = zip(self._blocks, np.split(weights, ends, axis=1), strict=True)
        return {name: part * self._factors[name] for name, part in parts}
