"""Softmax regressions on rows in the workers: the gradients are summed there, the steps are made here.

The search is the local one, and so is what it searches for. All heads share each pass over the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import psutil

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.model.progress import Report
from mmdemo.model.regression import MOST_WEIGHTS, LinearFit
from mmdemo.model.softmax import SoftmaxLoss, penalties, search_softmax, symmetric
from mmdemo.spark.axes import Columns
from mmdemo.spark.blocks import Block
from mmdemo.spark.gradients import Asked, sums_of_rows

if TYPE_CHECKING:
    from pyspark import RDD

_TOLERANCE = 1e-7  # probabilities are within 0.001 of those at the optimum
_PAIRS = 60  # a pass over the rows takes longer than a step here: with more of them, fewer passes are needed
_BYTES = 80  # that the search takes of each weight, at least


@dataclass(frozen=True)
class Regression:
    """What a head's weights are searched for by.

    factors: modality → of its block. rows: that hold one of these. known: which classes they have, bool (k,).
    """

    factors: Mapping[str, float]
    C: float
    rows: int
    known: np.ndarray


def check_memory(encoders: Mapping[str, Encoder], classes: int) -> None:
    """Raise a ConfigError where this machine has too little memory for the weights of so many classes."""
    columns = sum(encoder.n_features_out for encoder in encoders.values())
    needed, there = _BYTES * classes * columns / 1e6, psutil.virtual_memory().available / 1e6
    if needed > there:
        raise ConfigError(
            f"The regression of {classes:,} classes on {columns:,} columns takes about {needed:,.0f} MB in the driver, "
            f"where {there:,.0f} MB are free: use fewer classes, or a driver on a machine with more memory."
        )


def fit_on_spark(
    blocks: "RDD[Block]",
    columns: Mapping[str, Columns],
    regressions: Sequence[Regression],
    report: Report = lambda share: None,
) -> tuple[list[LinearFit], int]:
    """Return the optimum of each regression in features as they are, and how many passes over the rows were made.

    report: called with the share done (0–1). Raises a ConfigError where one does not converge.
    """
    width = sum(len(one.mean) for one in columns.values()) + 1
    at_once = max(1, MOST_WEIGHTS // (len(regressions[0].known) * width))
    fits: list[LinearFit] = []
    passes = 0
    while some := regressions[len(fits) : len(fits) + at_once]:
        loss = _InWorkers(blocks, columns, some)
        before, share = len(fits) / len(regressions), len(some) / len(regressions)
        found = search_softmax(
            loss.astype,
            [one.C for one in some],
            _TOLERANCE,
            exact=False,
            report=lambda done, before=before, share=share: report(before + share * done),  # type: ignore[misc]
            pairs=_PAIRS,
        )
        fits += [_lifted(one, columns, *weights) for one, weights in zip(some, found, strict=True)]
        passes += loss.passes
    return fits, passes


class _InWorkers:
    """The losses of some regressions, in either precision. passes: over the rows, so far."""

    def __init__(
        self, blocks: "RDD[Block]", columns: Mapping[str, Columns], regressions: Sequence[Regression]
    ) -> None:
        self.blocks, self.columns, self.regressions, self.passes = blocks, columns, regressions, 0

    def astype(self, dtype: type) -> SoftmaxLoss:
        return _Loss(self, dtype)


class _Loss(SoftmaxLoss):
    """The losses of some regressions, as functions of weights of all columns; those of others' modalities stay zero."""

    def __init__(self, of: _InWorkers, dtype: type) -> None:
        self._of = of
        ends = np.cumsum([0, *(len(one.mean) for one in of.columns.values())])
        self._places = {name: slice(a, b) for name, a, b in zip(of.columns, ends, ends[1:], strict=False)}
        first, shape = of.regressions[0].known, (len(of.regressions), ends[-1])
        penalty, reads = np.ones(shape), np.zeros(shape, bool)
        for one, penalised, read in zip(of.regressions, penalty, reads, strict=True):
            strength = penalties(one.C, one.rows, np.count_nonzero(one.known))
            for name, factor in one.factors.items():
                penalised[self._places[name]] = strength / factor**2
                read[self._places[name]] = True
        mean, variances = (np.concatenate([getattr(one, name) for one in of.columns.values()])
                           for name in ("mean", "variances"))  # fmt: skip
        super().__init__(len(first), variances, penalty, mean, dtype)
        self._scale *= np.pad(reads, ((0, 0), (0, 1)), constant_values=True)[:, np.newaxis]

    def of_rows(self, places: Sequence[int], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of = self._of
        some = [of.regressions[place] for place in places]
        asked = [self._asked(one, own) for one, own in zip(some, weights, strict=True)]
        found = sums_of_rows(of.blocks, asked)
        of.passes += 1
        gradient = np.zeros_like(weights)
        for one, own, sums in zip(some, gradient, found, strict=True):
            for name, part in sums.gradients.items():
                at = self._places[name]
                own[:, at] = (part - np.outer(sums.residuals, self._mean[at])) / one.rows
            own[:, -1] = sums.residuals / one.rows
        return np.array([sums.loss / one.rows for one, sums in zip(some, found, strict=True)]), gradient

    def _asked(self, one: Regression, weights: np.ndarray) -> Asked:
        own = {name: np.ascontiguousarray(weights[:, self._places[name]]) for name in one.factors}
        intercept = weights[:, -1].astype(np.float64)
        for name, part in own.items():
            intercept -= part @ self._mean[self._places[name]]
        return Asked(own, np.where(one.known, intercept, -np.inf).astype(weights.dtype))


def _lifted(
    one: Regression, columns: Mapping[str, Columns], weights: np.ndarray, intercept: np.ndarray
) -> LinearFit:
    """Return the fit of the known classes in features as they are."""
    weights, intercept = symmetric(weights[one.known], intercept[one.known])
    coef, start = {}, 0
    for name, own in columns.items():
        end = start + len(own.mean)
        if name in one.factors:
            coef[name], shift = own.lifted(weights[:, start:end])
            intercept = intercept - shift
        start = end
    return LinearFit(one.C, np.flatnonzero(one.known), coef, intercept)
