"""McNemar's test over groups, what it and the interval say together, and the pairs needed, each recomputed."""

from math import comb

import numpy as np
import pytest
from scipy import stats

from mmdemo.evaluation.difference import Difference, Outcome, difference
from mmdemo.evaluation.significance import mcnemar_p, pairs_needed, sides


def mcnemar_by_counting(fixed: int, broken: int) -> float:
    """Add up the chances of all outcomes that are no likelier than this one, of n fair coins."""
    n = fixed + broken
    chances = [comb(n, heads) / 2**n for heads in range(n + 1)]
    return sum(chance for chance in chances if chance <= chances[fixed] * (1 + 1e-9))


@pytest.mark.parametrize("fixed", range(0, 26, 5))
@pytest.mark.parametrize("broken", range(0, 21, 4))
def test_mcnemar_equals_independent_implementations(fixed: int, broken: int) -> None:
    assert mcnemar_p(fixed, broken) == pytest.approx(mcnemar_by_counting(fixed, broken))
    if fixed + broken:
        assert mcnemar_p(fixed, broken) == pytest.approx(stats.binomtest(fixed, fixed + broken).pvalue)


def test_a_group_counts_once_by_the_sign_of_its_sum() -> None:
    change = np.array([1, 1, -1, -1, 0, 1, -1, 1, 0])
    group = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4])
    assert sides(change, group) == (2, 1)  # +1, −1, 0, +1, 0
    assert sides(change) == (4, 3)


def test_copies_are_no_evidence() -> None:
    fused, single = np.ones(40, bool), np.arange(40) >= 8  # eight pairs fixed, all of the same image
    group = np.where(np.arange(40) < 8, 0, np.arange(40))
    assert difference(fused, single).mcnemar_p < 0.01
    found = difference(fused, single, group)
    assert (found.mcnemar_p, found.fixed, found.better) == (1.0, 8, 1)
    assert found.outcome == Outcome.UNCLEAR


def test_a_difference_is_what_a_loop_counts() -> None:
    rng = np.random.default_rng(1)
    one, other, group = rng.uniform(size=90) < 0.8, rng.uniform(size=90) < 0.6, rng.integers(0, 50, 90)
    found = difference(one, other, group)
    fixed = sum(a and not b for a, b in zip(one, other, strict=True))
    broken = sum(b and not a for a, b in zip(one, other, strict=True))
    nets = [sum(int(one[i]) - int(other[i]) for i in range(90) if group[i] == name) for name in set(group)]
    assert (found.fixed, found.broken) == (fixed, broken)
    assert (found.better, found.worse) == (sum(net > 0 for net in nets), sum(net < 0 for net in nets))
    assert found.accuracy == pytest.approx((fixed - broken) / 90)
    assert found.mcnemar_p == pytest.approx(mcnemar_by_counting(found.better, found.worse))


@pytest.mark.parametrize(
    ("interval", "p", "better", "worse", "outcome"),
    [
        ((0.01, 0.1), 0.01, 9, 1, Outcome.BETTER),
        ((-0.1, -0.01), 0.01, 1, 9, Outcome.WORSE),
        ((-0.01, 0.1), 0.4, 5, 3, Outcome.UNCLEAR),
        ((0.0, 0.1), 0.05, 5, 3, Outcome.UNCLEAR),
        ((0.01, 0.1), 0.05, 7, 1, Outcome.ONLY_INTERVAL),
        ((-0.1, -0.01), 0.07, 1, 7, Outcome.ONLY_INTERVAL),
        ((-0.01, 0.1), 0.03, 9, 1, Outcome.ONLY_TEST),
        ((-0.1, 0.0), 0.03, 1, 9, Outcome.ONLY_TEST),
        ((0.01, 0.1), 0.03, 1, 9, Outcome.OPPOSED),
        ((-0.1, -0.01), 0.03, 9, 1, Outcome.OPPOSED),
    ],
)
def test_the_outcome_is_what_interval_and_test_both_support(
    interval: tuple[float, float], p: float, better: int, worse: int, outcome: Outcome
) -> None:
    assert Difference(0.05, interval, p, better, worse, better, worse).outcome == outcome


@pytest.mark.parametrize("broken", [0, 1, 4, 30])
def test_more_pairs_fixed_never_turn_helps_into_less(broken: int) -> None:
    single = np.arange(300) < 60
    seen = []
    for fixed in range(broken, 90):
        fused = single.copy()
        fused[:broken], fused[60 : 60 + fixed] = False, True
        seen.append(difference(fused, single).outcome)
    first = seen.index(Outcome.BETTER)
    assert set(seen[first:]) == {Outcome.BETTER}
    assert set(seen[:first]) <= {Outcome.UNCLEAR, Outcome.ONLY_INTERVAL}
    assert seen[0] == Outcome.UNCLEAR


@pytest.mark.parametrize(("fixed", "broken", "n"), [(0, 0, 140), (2, 0, 2), (4, 0, 140), (0, 5, 140)])
def test_few_pairs_that_differ_are_no_evidence(fixed: int, broken: int, n: int) -> None:
    one, other = np.arange(n) < fixed, np.arange(n) >= n - broken
    found = difference(one, other)
    assert found.ci95[0] < found.ci95[1]
    assert found.outcome not in (Outcome.BETTER, Outcome.WORSE)


def draw_changes(rng: np.random.Generator, n: int, fixed: float, broken: float) -> np.ndarray:
    """Each pair's `fused right − single right`, with a known chance of either."""
    return rng.choice([1, -1, 0], size=n, p=[fixed, broken, 1 - fixed - broken])


def test_the_pairs_needed_show_the_gain_as_often_as_promised() -> None:
    # Simulated, with the exact test, which is a little more cautious than the formula.
    rng, gain, discordant = np.random.default_rng(5), 0.06, 0.14
    n = pairs_needed(gain, discordant)
    shown = 0
    for _ in range(1000):
        shown += mcnemar_p(*sides(draw_changes(rng, n, (discordant + gain) / 2, (discordant - gain) / 2))) < 0.05
    assert 0.74 <= shown / 1000 <= 0.84


def test_fewer_differences_than_the_gain_cannot_be() -> None:
    assert pairs_needed(0.03, 0.0) == pairs_needed(0.03, 0.03)
