"""Is a difference more than chance: one test, and the number of pairs that it would take."""

import math

import numpy as np

from mmdemo.evaluation.intervals import per_group

SIGNIFICANT = 0.05  # McNemar's p below which a difference is more than chance


def sides(change: np.ndarray, group: np.ndarray | None = None) -> tuple[int, int]:
    """Return how many groups are better, and how many worse, by the sign of the sum of their changes.

    change: (n,) of −1, 0 and 1. group: int (n,), None where every pair is its own.
    """
    net = per_group(np.asarray(change, float)[:, None], group)
    return int((net > 0).sum()), int((net < 0).sum())


def mcnemar_p(better: int, worse: int) -> float:
    """Return the exact two-sided p-value of McNemar's test on what differs; 1 where nothing does.

    Pairs that belong together are no independent evidence, so count each group once, by the sign of its sum: the sign
    test, which is McNemar's where every pair is its own group.

    Source: McNemar (1947), "Note on the sampling error of the difference between correlated proportions"; Dixon and
    Mood (1946), "The statistical sign test".

    >>> round(mcnemar_p(10, 2), 4)
    0.0386
    """
    from scipy.special import bdtr  # the sentences about results that are known do without

    return min(1.0, 2 * float(bdtr(min(better, worse), better + worse, 0.5)))


def pairs_needed(gain: float, discordant: float, power: float = 0.8) -> int:
    """Return how many pairs it takes to show a gain (two-sided, 5 %) with this power.

    gain: difference of the accuracies to show (0–1). discordant: share of the pairs that exactly one of the two
    gets right (0–1); it is at least the gain. power: chance that such a gain shows (0–1).

    Source: Connor (1987), "Sample size for testing differences in proportions for the paired-sample design".

    >>> pairs_needed(gain=0.03, discordant=0.10)
    870
    """
    from statistics import NormalDist  # as long to import as all other sentences

    discordant = max(discordant, gain)
    sure, powerful = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(power)
    root = sure * math.sqrt(discordant) + powerful * math.sqrt(discordant - gain**2)
    return math.ceil((root / gain) ** 2)
