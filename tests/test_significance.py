"""Intervals, McNemar's test and the number of pairs needed, each against an independent computation."""

from math import comb, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from mmdemo.evaluation.evaluate import evaluate, needed_sentence, verdict
from mmdemo.evaluation.significance import bootstrap_interval, gain_interval, mcnemar_p, pairs_needed, wilson_interval


def draw_changes(rng: np.random.Generator, n: int, fixed: float, broken: float) -> np.ndarray:
    """Each pair's `fused right − single right`, with a known chance of either."""
    return rng.choice([1, -1, 0], size=n, p=[fixed, broken, 1 - fixed - broken])


KNOWN_GAINS = [(150, 0.12, 0.05), (400, 0.08, 0.08), (140, 0.11, 0.09), (140, 0.02, 0.01), (60, 0.10, 0.02)]


@pytest.mark.slow
@pytest.mark.parametrize(("n", "fixed", "broken"), KNOWN_GAINS)
def test_the_interval_covers_a_known_gain_in_92_to_98_percent_of_500_runs(n: int, fixed: float, broken: float) -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(500):
        change = draw_changes(rng, n, fixed, broken)
        low, high = gain_interval(int((change == 1).sum()), int((change == -1).sum()), n)
        covered += low <= fixed - broken <= high
    assert 460 <= covered <= 490


def test_the_gains_interval_is_that_of_resampling_pair_by_pair_where_many_differ() -> None:
    change = draw_changes(np.random.default_rng(9), 500, 0.2, 0.15)
    found = gain_interval(int((change == 1).sum()), int((change == -1).sum()), 500)
    assert found == pytest.approx(bootstrap_interval(change), abs=0.003)


@pytest.mark.parametrize(("fixed", "broken", "n"), [(0, 0, 140), (2, 0, 2), (4, 0, 140), (0, 5, 140)])
def test_few_pairs_that_differ_are_no_evidence(fixed: int, broken: int, n: int) -> None:
    interval, p = gain_interval(fixed, broken, n), mcnemar_p(fixed, broken)
    assert interval[0] < interval[1]
    assert verdict("image", (fixed - broken) / n, interval, "more would", p).startswith("No evidence")


@pytest.mark.slow
def test_the_interval_of_several_splits_covers_too_because_a_pairs_predictions_stay_together() -> None:
    # Every pair is predicted five times and always alike: counted as independent, the interval would be far too short.
    rng, covered, short = np.random.default_rng(8), 0, 0
    for _ in range(500):
        change = draw_changes(rng, 150, 0.12, 0.05)
        low, high = bootstrap_interval(5 * change, np.full(150, 5))
        covered += low <= 0.07 <= high
        low, high = bootstrap_interval(np.repeat(change, 5))
        short += low <= 0.07 <= high
    assert 460 <= covered <= 490
    assert short < 400


def test_the_interval_is_that_of_resampling_pair_by_pair() -> None:
    rng = np.random.default_rng(3)
    differences, counts = rng.integers(-2, 3, 80), rng.integers(1, 4, 80)
    rows = rng.integers(0, 80, size=(20_000, 80))
    means = differences[rows].sum(axis=1) / counts[rows].sum(axis=1)
    expected = np.percentile(means, [2.5, 97.5])
    assert bootstrap_interval(differences, counts) == pytest.approx(expected, abs=0.01)


def mcnemar_by_counting(fixed: int, broken: int) -> float:
    """Add up the chances of all outcomes that are no likelier than this one, of n fair coins."""
    n = fixed + broken
    chances = [comb(n, heads) / 2**n for heads in range(n + 1)]
    return sum(chance for chance in chances if chance <= chances[fixed] * (1 + 1e-9))


@pytest.mark.parametrize("fixed", range(0, 26, 5))
@pytest.mark.parametrize("broken", range(0, 21, 4))
def test_mcnemar_equals_an_independent_implementation(fixed: int, broken: int) -> None:
    assert mcnemar_p(fixed, broken) == pytest.approx(mcnemar_by_counting(fixed, broken))


def test_mcnemar_is_computed_on_the_pairs_that_the_heads_answer_differently() -> None:
    labels = np.array(["a"] * 12 + ["b"] * 8)
    sure = {True: [0.9, 0.1], False: [0.1, 0.9]}
    single = np.array([sure[i < 5] for i in range(20)])  # 5 of a and all of b
    fused = np.array([sure[i < 11] for i in range(20)])  # 11 of a and all of b
    gain = evaluate(labels, {"image": single, "text": 1 - single, "fused": fused}, ("a", "b")).gain
    assert gain is not None
    assert (gain.fixed, gain.broken, gain.over) == (6, 0, "image")
    assert gain.mcnemar_p == pytest.approx(2 / 2**6)


@pytest.mark.parametrize(("right", "n"), [(0, 10), (3, 7), (90, 100), (10, 10)])
def test_wilsons_interval_holds_the_shares_that_its_own_test_does_not_reject(right: int, n: int) -> None:
    z = NormalDist().inv_cdf(0.975)
    kept = [p for p in np.linspace(0, 1, 100_001)[1:-1] if abs(right / n - p) <= z * sqrt(p * (1 - p) / n)]
    assert wilson_interval(right, n) == pytest.approx((min(kept), max(kept)), abs=2e-5)


def test_without_a_case_a_share_may_be_anything() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_the_pairs_needed_show_the_gain_as_often_as_promised() -> None:
    # Simulated, with the exact test, which is a little more cautious than the formula.
    rng, gain, discordant = np.random.default_rng(5), 0.06, 0.14
    n = pairs_needed(gain, discordant)
    shown = 0
    for _ in range(1000):
        change = draw_changes(rng, n, (discordant + gain) / 2, (discordant - gain) / 2)
        shown += mcnemar_p(int((change == 1).sum()), int((change == -1).sum())) < 0.05
    assert 0.74 <= shown / 1000 <= 0.84


def test_fewer_differences_than_the_gain_cannot_be() -> None:
    assert pairs_needed(0.03, 0.0) == pairs_needed(0.03, 0.03)


def test_the_verdict_says_what_it_would_take_only_where_there_is_no_evidence() -> None:
    outlook = needed_sentence(140, 20)
    assert outlook == "about 1,100 more held-out pairs would settle a 3-point gain"
    assert verdict("text", 0.02, (-0.04, 0.08), outlook).endswith(f"interval −4.0 to +8.0; {outlook}.")
    assert verdict("text", 0.06, (0.02, 0.10), outlook).endswith("interval +2.0 to +10.0.")
    assert verdict("text", 0.06, (0.02, 0.10), outlook, mcnemar_p=0.06).startswith("No evidence")
    hurt = verdict("text", -0.06, (-0.10, -0.02), outlook)
    assert hurt.startswith("Fusion hurts: −6.0 points over the caption alone")


def test_the_verdict_says_so_when_the_pairs_were_enough() -> None:
    assert needed_sentence(3000, 200) == "a 3-point gain would most likely have shown on these 3,000 pairs"
