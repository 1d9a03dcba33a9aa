"""Whether probabilities are calibrated, and what answering only above a threshold costs and gains."""

import math
from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.intervals import mean_interval

_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers of about the same probability.

    n: how many. confidence: their mean probability (0–1). accuracy: the share that is right, with its 95 % interval.
    """

    n: int
    confidence: float
    accuracy: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Coverage:
    """What remains when answers below the threshold are withheld.

    threshold, coverage (share that is answered): 0–1. answered: how many.
    precision: share of those that is right, NaN without any; ci95: its 95 % interval.
    """

    threshold: float
    coverage: float
    answered: int
    precision: float
    ci95: tuple[float, float]


def calibration_bins(
    confidence: np.ndarray, right: np.ndarray, group: np.ndarray | None = None, bins: int = _BINS
) -> tuple[Bin, ...]:
    """Return the answers, ordered by probability, in bins of equal count; fewer bins where there are fewer answers.

    confidence: (n,) of 0–1, the probability of each answer. right: bool (n,).
    group: int (n,), equal for pairs that belong together; None where every pair is its own.

    scikit-learn's `calibration_curve` cuts at quantiles, which leaves bins of unequal count, and returns no counts.

    Source: Nguyen and O'Connor (2015), "Posterior calibration and exploratory analysis for natural language
    processing models", on bins of equal count.
    """
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(
        Bin(
            n=len(part),
            confidence=float(confidence[part].mean()),
            accuracy=float(right[part].mean()),
            ci95=mean_interval(right[part], None if group is None else group[part]),
        )
        for part in parts
    )


def expected_calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the mean distance (0–1) between probability and accuracy of the bins, weighted by their counts.

    Source: Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning".

    >>> expected_calibration_error((Bin(10, 0.9, 0.8, (0.5, 0.9)), Bin(30, 0.6, 0.6, (0.4, 0.8))))
    0.025
    """
    total = sum(one.n for one in bins)
    return sum(one.n * abs(one.confidence - one.accuracy) for one in bins) / total


def coverage_at(
    confidence: np.ndarray, right: np.ndarray, threshold: float, group: np.ndarray | None = None
) -> Coverage:
    """Return what remains of answers (n,) when those below the threshold (0–1) are withheld; see `calibration_bins`."""
    given = confidence >= threshold
    interval = mean_interval(right[given], None if group is None else group[given])
    precision = float(right[given].mean()) if given.any() else math.nan
    return Coverage(threshold, float(given.mean()), int(given.sum()), precision, interval)


def coverage_curve(confidence: np.ndarray, right: np.ndarray, steps: int = 100) -> np.ndarray:
    """Return float (m, 3): a threshold, the share that is answered, and the share of those that is right.

    Thresholds are evenly spaced, from 0 up to the highest that leaves an answer.
    """
    thresholds = np.arange(steps + 1) / steps
    rows = [(one, confidence >= one) for one in thresholds if one <= confidence.max()]
    return np.array([(one, given.mean(), right[given].mean()) for one, given in rows])
