"""The one interval method: against brute force, and how often it holds the truth."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from mmdemo.evaluation.intervals import mean_interval, per_group
from mmdemo.evaluation.metrics import balanced_interval
from mmdemo.evaluation.unrepeated import excess_interval


def weighted_by_hand(values: np.ndarray, group: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Give every group, and half an average one at either end, a random weight; 100,000 times, nothing summed up."""
    rng = np.random.default_rng(1)
    names = np.unique(group)
    size = len(values) / len(names)
    sums = [values[group == name].sum() for name in names] + [end * size for end in ends]
    counts = [(group == name).sum() for name in names] + [size, size]
    weights = np.concatenate([rng.exponential(size=(100_000, len(names))), rng.gamma(0.5, size=(100_000, 2))], axis=1)
    return np.quantile(weights @ sums / (weights @ counts), [0.025, 0.975])


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("ends", [(0.0, 1.0), (-1.0, 1.0)])
def test_the_interval_is_that_of_brute_force(ends: tuple[float, float], grouped: bool) -> None:
    rng = np.random.default_rng(2)
    values = rng.choice([ends[0], 0.0, 1.0], size=80, p=[0.1, 0.3, 0.6])
    group = rng.integers(0, 40, 80) if grouped else np.arange(80)
    expected = weighted_by_hand(values, group, ends)
    assert mean_interval(values, group, ends) == pytest.approx(expected, abs=0.005)


def test_values_between_the_ends_are_resampled_too() -> None:
    values = np.random.default_rng(3).choice([0, 1 / 3, 2 / 3, 1], size=90)
    assert mean_interval(values) == pytest.approx(weighted_by_hand(values, np.arange(90), (0, 1)), abs=0.005)


def test_on_many_pairs_it_is_the_interval_of_drawing_groups_with_replacement() -> None:
    rng = np.random.default_rng(4)
    group = rng.integers(0, 400, 900)
    values = (rng.uniform(size=400) < 0.8)[group] & (rng.uniform(size=900) < 0.95)
    sums = np.array([(values[group == one].sum(), (group == one).sum()) for one in np.unique(group)])
    drawn = sums[rng.integers(0, len(sums), size=(5_000, len(sums)))].sum(axis=1)
    expected = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    assert mean_interval(values, group) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(("right", "n"), [(0, 10), (3, 7), (90, 100), (10, 10)])
def test_a_share_of_independent_pairs_has_jeffreys_interval(right: int, n: int) -> None:
    low, high = stats.beta.ppf([0.025, 0.975], right + 0.5, n - right + 0.5)
    expected = 0 if right == 0 else low, 1 if right == n else high
    assert mean_interval(np.arange(n) < right) == pytest.approx(expected)


def test_without_a_pair_anything_is_possible() -> None:
    assert mean_interval(np.array([], bool)) == (0.0, 1.0)
    assert mean_interval(np.array([]), ends=(-1.0, 1.0)) == (-1.0, 1.0)


def test_no_difference_on_few_pairs_is_no_proof_that_there_is_none() -> None:
    low, high = mean_interval(np.zeros(140), ends=(-1.0, 1.0))
    assert low < -0.003 and high > 0.003


def test_where_all_pairs_differ_the_interval_lies_within_the_ends() -> None:
    low, high = mean_interval(np.ones(5), ends=(-1.0, 1.0))
    assert 0 < low < high <= 1


@pytest.mark.parametrize("grouped", [False, True])
def test_neither_the_order_of_pairs_nor_the_names_of_groups_matter(grouped: bool) -> None:
    rng = np.random.default_rng(5)
    values, group = rng.integers(-1, 2, 50), rng.integers(0, 20, 50) if grouped else np.arange(50)
    order = rng.permutation(50)
    assert mean_interval(values[order], 99 - group[order], (-1, 1)) == mean_interval(values, group, (-1, 1))


def test_pairs_that_always_go_together_count_once() -> None:
    rng = np.random.default_rng(6)
    right = rng.uniform(size=100) < 0.8
    alone, copied = mean_interval(right), mean_interval(np.repeat(right, 5), np.repeat(np.arange(100), 5))
    assert copied == pytest.approx(alone, abs=0.01)
    low, high = mean_interval(np.repeat(right, 5))
    assert high - low < 0.6 * (copied[1] - copied[0])  # what it would be if copies counted as evidence


def test_sums_are_by_group() -> None:
    values = np.array([[1, 10], [2, 20], [3, 30]])
    assert per_group(values, np.array([7, 2, 7])).tolist() == [[2, 20], [4, 40]]
    assert per_group(values, None) is values


def at_length(cases: list[tuple[Any, ...]]) -> list[Any]:
    """Cases of which a quick run leaves out all."""
    return [pytest.param(*case, marks=pytest.mark.thorough) for case in cases]


def drawn(rng: np.random.Generator, groups: int, most: int, together: float) -> tuple[np.ndarray, np.ndarray]:
    """Groups of one to `most` pairs, int (n,), and a uniform number a pair, shared within a group as often as said."""
    group = np.repeat(np.arange(groups), rng.integers(1, most + 1, groups))
    shared = (rng.uniform(size=groups) < together)[group]
    return group, np.where(shared, rng.uniform(size=groups)[group], rng.uniform(size=len(group)))


SHARES = [(20, 1, 0.8, 0.0), (60, 4, 0.8, 0.5)]
MORE_SHARES = [(60, 1, 0.9, 0.0), (30, 4, 0.8, 1.0), (60, 4, 0.9, 0.3)]


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "most", "share", "together"), [*SHARES, *at_length(MORE_SHARES)])
def test_the_interval_holds_a_known_share_in_92_to_98_percent(
    groups: int, most: int, share: float, together: float
) -> None:
    rng, covered = np.random.default_rng(7), 0
    for _ in range(2_000):
        group, chance = drawn(rng, groups, most, together)
        low, high = mean_interval(chance < share, group)
        covered += low <= share <= high
    assert 1840 <= covered <= 1960


DIFFERENCES = [(20, 1, 0.15, 0.05), (60, 4, 0.15, 0.05)]
MORE_DIFFERENCES = [(60, 1, 0.15, 0.05), (144, 1, 0.1, 0.03), (144, 1, 0.08, 0.08)]


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "most", "fixed", "broken"), [*DIFFERENCES, *at_length(MORE_DIFFERENCES)])
def test_the_interval_holds_a_known_difference_in_92_to_98_percent(
    groups: int, most: int, fixed: float, broken: float
) -> None:
    rng, covered = np.random.default_rng(8), 0
    for _ in range(2_000):
        group, chance = drawn(rng, groups, most, 0.5)
        change = (chance < fixed).astype(int) - (chance > 1 - broken)
        low, high = mean_interval(change, group, (-1, 1))
        covered += low <= fixed - broken <= high
    assert 1840 <= covered <= 1960


BALANCES = [((50, 50),), ((60, 20, 20),)]
MORE_BALANCES = [((31, 9, 15, 15, 16, 18, 14, 31),)]


@pytest.mark.slow
@pytest.mark.parametrize(("sizes",), [*BALANCES, *at_length(MORE_BALANCES)])
def test_the_interval_holds_a_known_balanced_accuracy(sizes: tuple[int, ...]) -> None:
    rng, covered = np.random.default_rng(9), 0
    labels = np.repeat(np.arange(len(sizes)).astype(str), sizes)
    shares = np.linspace(0.7, 0.95, len(sizes))
    for _ in range(500):
        low, high = balanced_interval(rng.uniform(size=len(labels)) < np.repeat(shares, sizes), labels)
        covered += low <= shares.mean() <= high
    assert 455 <= covered <= 492


def test_classes_of_the_same_size_have_nearly_the_same_balanced_interval() -> None:
    rng = np.random.default_rng(10)
    right, group = rng.uniform(size=300) < 0.8, rng.integers(0, 150, 300)
    balanced = balanced_interval(right, np.array(["a", "b", "c"] * 100), group)
    assert balanced == pytest.approx(mean_interval(right, group), abs=0.01)


def test_repeated_pairs_that_are_no_easier_seldom_seem_so() -> None:
    rng, loud = np.random.default_rng(11), 0
    for _ in range(600):
        group, chance = drawn(rng, 60, 3, 0.5)
        loud += excess_interval(chance < 0.8, rng.uniform(size=60)[group] < 0.3, group)[0] > 0
    assert loud <= 30


def test_repeated_pairs_that_are_much_easier_seem_so() -> None:
    rng = np.random.default_rng(12)
    repeated = np.arange(200) < 80
    right = rng.uniform(size=200) < np.where(repeated, 0.95, 0.6)
    low, high = excess_interval(right, repeated)
    assert 0.1 < low < right[repeated].mean() - right[~repeated].mean() < high
