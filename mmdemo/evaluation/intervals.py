"""The one kind of interval of all results: resample the groups of pairs, and see how the result varies."""

from collections.abc import Callable

import numpy as np

_RESAMPLES = 4_000
_BLOCK = 2_000_000  # random numbers drawn at once, for the sake of memory
_SEED = 42
_ENDS = 0.025, 0.975  # 95 % lie between
_STEPS = (np.arange(200) + 0.5) / 200  # quantiles that stand for a whole distribution


def mean_interval(
    values: np.ndarray, group: np.ndarray | None = None, ends: tuple[float, float] = (0.0, 1.0)
) -> tuple[float, float]:
    """Return the 95 % interval of a mean, from resampling groups of pairs; without any pair it is `ends`.

    values: (n,), each within `ends`: right answers as 0 and 1, or differences of two of them with ends −1 and 1.
    group: int (n,), None where every pair is its own; a group's pairs always count together.

    Each resample gives every group a random weight, the smooth form of drawing groups with replacement, and half a
    group of the average size is added at either end: without it, 20 right answers of 20 would prove perfection.
    A share of independent pairs so has Jeffreys' interval, which is used as it is; so is the limit of infinitely many
    resamples for a difference of independent pairs. It always holds the mean itself.

    Source: Rubin (1981), "The Bayesian bootstrap"; Brown, Cai and DasGupta (2001), "Interval estimation for a binomial
    proportion"; Agresti and Min (2005), "Simple improved confidence intervals for comparing matched proportions".

    >>> [round(bound, 3) for bound in mean_interval(np.arange(100) < 90)]
    [0.83, 0.947]
    """
    if not len(values):
        return ends
    low, high = ends
    sums = per_group(np.stack([values, np.ones(len(values))], axis=1), group)
    if (sums[:, 1] == 1).all() and np.isin(sums[:, 0], (low, 0, high)).all():
        above, below = int((sums[:, 0] == high).sum()), int((sums[:, 0] == low).sum())
        return _share(above, below) if low == 0 else _difference(above, below, len(sums))
    size = len(values) / len(sums)
    extremes = size * np.array([[low, 1], [high, 1]])
    return percentiles(sums, extremes, 0.5, lambda drawn: drawn[:, 0] / drawn[:, 1])


def percentiles(
    sums: np.ndarray, extremes: np.ndarray, weight: float, statistic: Callable[[np.ndarray], np.ndarray]
) -> tuple[float, float]:
    """Return between which values a statistic of weighted sums lies in 95 % of the resamples.

    sums: (g, s), what each group contributes. extremes: (e, s), outcomes that are added, as `weight` groups each.
    statistic: of the sums (r, s) of r resamples, (r,).
    """
    # Groups that look the same are weighted together: the same distribution, in a hundredth of the time.
    kinds, members = np.unique(sums, axis=0, return_counts=True)
    kinds = np.concatenate([kinds, extremes])
    shapes = np.concatenate([members, np.full(len(extremes), weight)])
    random, drawn, left = np.random.default_rng(_SEED), [], _RESAMPLES
    while left:
        rows = min(left, max(1, _BLOCK // len(shapes)))
        drawn.append(random.standard_gamma(shapes, size=(rows, len(shapes))) @ kinds)
        left -= rows
    low, high = np.quantile(statistic(np.concatenate(drawn)), _ENDS)
    found = statistic(sums.sum(axis=0, keepdims=True))[0]  # beyond them only where it is at one end
    return float(min(low, found)), float(max(high, found))


def per_group(values: np.ndarray, group: np.ndarray | None) -> np.ndarray:
    """Return the sums (g, s) of values (n, s) by group, int (n,); None where every pair is its own."""
    if group is None:
        return values
    position = np.unique(group, return_inverse=True)[1]
    return np.stack([np.bincount(position, column) for column in values.T], axis=1)


def _share(right: int, wrong: int) -> tuple[float, float]:
    from scipy import special  # results that are known are shown without it

    low, high = (float(special.betaincinv(right + 0.5, wrong + 0.5, end)) for end in _ENDS)
    return low if right else 0.0, high if wrong else 1.0


def _difference(fixed: int, broken: int, n: int) -> tuple[float, float]:
    """Return the interval of (fixed − broken) / n of independent pairs.

    The weight of the pairs that differ is D ~ Beta(fixed + broken + 1, the rest), the share of the fixed in it an
    independent B ~ Beta(fixed + ½, broken + ½), and the difference D (2 B − 1).
    """
    from scipy import optimize, special

    same = n - fixed - broken
    differ = special.betaincinv(fixed + broken + 1, same, _STEPS) if same else np.ones(1)

    def share_below(change: float) -> float:
        within = np.clip((1 + change / differ) / 2, 0, 1)
        return float(special.betainc(fixed + 0.5, broken + 0.5, within).mean())

    low, high = (
        optimize.brentq(lambda change, end=end: share_below(change) - end, -1, 1, xtol=1e-9) for end in _ENDS
    )
    found = (fixed - broken) / n
    return min(low, found), max(high, found)
