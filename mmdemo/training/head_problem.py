"""One head's regression on the pairs of a fit, in the features that it is fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.model.progress import Report
from mmdemo.model.regression import LinearFit, LinearProblem
from mmdemo.model.softmax import EXACT
from mmdemo.training.encoding import Encoded

_UNSEEN = 30.0  # how far below all others the logit of a class stands that none of a head's training pairs has

Weights = tuple[tuple[str, float], ...]
"""Modality and weight of its block, for the modalities that a head reads."""


@dataclass(frozen=True)
class FittedHead:
    """A head in the features that it was fitted on: coef modality → (k, r), intercept (k,), factors of its blocks."""

    coef: Mapping[str, np.ndarray]
    intercept: np.ndarray
    factors: Mapping[str, float]

    def logits(self, encoded: Encoded, rows: np.ndarray) -> np.ndarray:
        """Return (m, k) of the pairs at these places."""
        parts = [encoded.coordinates[name][rows].products(coef) for name, coef in self.coef.items()]
        return np.asarray(self.intercept + sum(parts), np.float64)


def of_all_classes(fit: LinearFit, classes: int, factors: Mapping[str, float]) -> FittedHead:
    """Return the head of all k classes for a fit that may lack some: those that none of its pairs has never win.

    factors: modality → what its block was multiplied by in the fit.
    """
    intercept = np.full(classes, fit.intercept.min() - _UNSEEN)
    intercept[fit.classes] = fit.intercept
    coef = {name: np.zeros((classes, rows.shape[1])) for name, rows in fit.coef.items()}
    for name, rows in fit.coef.items():
        coef[name][fit.classes] = rows
    return FittedHead(coef, intercept, factors)


class HeadProblem:
    """One head's regression on the pairs of a fit, bool (n,), for one weighting of its blocks."""

    def __init__(self, encoded: Encoded, rows: np.ndarray, weights: Weights, codes: np.ndarray, classes: int) -> None:
        blocks = {name: encoded.block(name, rows) for name, _ in weights}
        self._factors = {name: weight * blocks[name].factor for name, weight in weights}
        self._problem, self._classes = LinearProblem(blocks, self._factors, codes[rows]), classes

    def fit_all(
        self, Cs: Sequence[float], report: Report, tolerance: float = EXACT
    ) -> list[FittedHead]:
        """Return the optimum for each C; a class that none of the pairs has is never the answer.

        report: called with the share done (0–1). tolerance: see `LinearProblem`.
        """
        fits = self._problem.fit_all(Cs, tolerance, report)
        return [of_all_classes(fit, self._classes, self._factors) for fit in fits]
