"""How certain a share or a difference is: intervals, a test, and the number of pairs needed."""

import math

import numpy as np
from scipy import stats

_RESAMPLES = 10_000
_SEED = 42


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `right` in `n`; without any pair it is 0 to 1.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    >>> [round(bound, 3) for bound in wilson_interval(90, 100)]
    [0.826, 0.945]
    """
    if n == 0:
        return 0.0, 1.0
    interval = stats.binomtest(right, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap_interval(differences: np.ndarray, counts: np.ndarray | None = None) -> tuple[float, float]:
    """Return the paired percentile-bootstrap 95 % interval of a mean difference, from 10,000 resamples of the pairs.

    differences: (n,), each pair's `fused right − single right`, summed over its predictions.
    counts: (n,), how many predictions each pair has; None means one. A pair's predictions are resampled together.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.

    >>> bootstrap_interval(np.zeros(50))
    (0.0, 0.0)
    """
    counts = np.ones(len(differences)) if counts is None else counts
    # Pairs that look the same are drawn together: the same distribution as pair by pair, in a hundredth of the time.
    kinds, members = np.unique(np.stack([differences, counts], axis=1), axis=0, return_counts=True)
    drawn = np.random.default_rng(_SEED).multinomial(len(differences), members / len(differences), size=_RESAMPLES)
    means = (drawn @ kinds[:, 0]) / np.maximum(drawn @ kinds[:, 1], 1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def gain_interval(fixed: int, broken: int, n: int) -> tuple[float, float]:
    """Return the paired percentile-bootstrap 95 % interval of a gain `(fixed − broken) / n`, from 10,000 resamples.

    fixed, broken: pairs of the n that only one, or only the other, classifier gets right. Half a pair is added to
    either before the pairs are drawn: where few differ, the plain bootstrap is overconfident (±0 where none does).

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13; the half pairs after Agresti
    and Min (2005), "Simple improved confidence intervals for comparing matched proportions".

    >>> [round(bound, 2) for bound in gain_interval(fixed=16, broken=6, n=140)]
    [0.01, 0.14]
    """
    weights = np.array([fixed + 0.5, broken + 0.5, n - fixed - broken])
    drawn = np.random.default_rng(_SEED).multinomial(n, weights / weights.sum(), size=_RESAMPLES)
    low, high = np.percentile((drawn[:, 0] - drawn[:, 1]) / n, [2.5, 97.5])
    return float(low), float(high)


def mcnemar_p(fixed: int, broken: int) -> float:
    """Return the exact two-sided p-value of McNemar's test on the discordant pairs; 1 without any.

    Source: McNemar (1947), "Note on the sampling error of the difference between correlated proportions".

    >>> round(mcnemar_p(10, 2), 4)
    0.0386
    """
    return float(stats.binomtest(fixed, fixed + broken).pvalue) if fixed + broken else 1.0


def pairs_needed(gain: float, discordant: float, power: float = 0.8) -> int:
    """Return how many pairs it takes to show a gain (two-sided, 5 %) with this power.

    gain: difference of the accuracies to show (0–1). discordant: share of the pairs that exactly one of the two
    gets right (0–1); it is at least the gain. power: chance that such a gain shows (0–1).

    Source: Connor (1987), "Sample size for testing differences in proportions for the paired-sample design".

    >>> pairs_needed(gain=0.03, discordant=0.10)
    870
    """
    discordant = max(discordant, gain)
    sure, powerful = stats.norm.ppf(0.975), stats.norm.ppf(power)
    root = sure * math.sqrt(discordant) + powerful * math.sqrt(discordant - gain**2)
    return math.ceil((root / gain) ** 2)
