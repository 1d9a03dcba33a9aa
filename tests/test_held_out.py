"""The pairs held out, confusion, calibration and coverage, each number against an independent computation."""

import math

import numpy as np
import pytest
from sklearn import metrics

from mmdemo.evaluation.calibration import (
    calibration_bins,
    coverage_at,
    coverage_curve,
    expected_calibration_error,
)
from mmdemo.evaluation.confusion import class_reports, confusion_matrix, mistakes
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval
from tests.evaluated import answered, held_out

CLASSES = ("bat", "crane", "mouse", "owl")


@pytest.fixture
def tested() -> HeldOut:
    rng = np.random.default_rng(1)
    labels = rng.choice(CLASSES[:3], 200)  # no owl: a class may be missing from the test
    codes = np.searchsorted(CLASSES, labels)
    probabilities = {}
    for head, strength in (("image", 1.0), ("text", 1.5), ("fused", 2.5)):
        logits = rng.normal(size=(200, 4)) + strength * np.eye(4)[codes]
        probabilities[head] = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return HeldOut(np.array([f"pair {i}" for i in range(200)]), labels, CLASSES, probabilities)


def test_the_confusion_matrix_is_scikit_learns(tested: HeldOut) -> None:
    for head in tested.heads:
        expected = metrics.confusion_matrix(tested.labels, tested.guesses(head), labels=list(CLASSES))
        assert confusion_matrix(tested.labels, tested.guesses(head), CLASSES).tolist() == expected.tolist()


def test_a_cell_holds_as_many_pairs_as_the_matrix_says_the_surest_first(tested: HeldOut) -> None:
    matrix = confusion_matrix(tested.labels, tested.guesses("text"), CLASSES)
    for i, label in enumerate(CLASSES):
        for j, guess in enumerate(CLASSES):
            rows = tested.cell("text", label, guess)
            assert len(rows) == matrix[i, j]
            assert set(tested.labels[rows]) <= {label} and set(tested.guesses("text")[rows]) <= {guess}
            assert (np.diff(tested.confidence("text")[rows]) <= 0).all()


def test_precision_recall_and_f1_by_class_are_scikit_learns(tested: HeldOut) -> None:
    guesses = tested.guesses("fused")
    expected = metrics.precision_recall_fscore_support(
        tested.labels, guesses, labels=list(CLASSES), zero_division=np.nan
    )
    reports = class_reports(tested, "fused")
    for report, precision, recall, f1, support in zip(reports, *expected, strict=True):
        assert report.support == support
        assert report.precision.value == pytest.approx(precision, nan_ok=True)
        assert report.recall.value == pytest.approx(recall, nan_ok=True)
        if report.support:
            assert report.f1.value == pytest.approx(f1)
        for rate in (report.precision, report.recall, report.f1):
            assert math.isnan(rate.value) or rate.ci95[0] <= rate.value <= rate.ci95[1]


def test_a_class_that_was_neither_there_nor_answered_has_no_rates() -> None:
    report = class_reports(answered("aaa", {"text": "aaa"}, "ab"), "text")[1]
    assert math.isnan(report.precision.value) and math.isnan(report.recall.value) and math.isnan(report.f1.value)
    assert report.recall.ci95 == (0.0, 1.0)


def test_the_interval_of_f1_covers_it_in_simulation() -> None:
    rng, right, covered = np.random.default_rng(2), 0.6, 0
    expected = 2 * right / (1 + right)
    for _ in range(500):
        found = rng.binomial(80, right)
        guesses = "a" * found + "b" * (85 - found)
        low, high = class_reports(answered("a" * 80 + "b" * 5, {"text": guesses}, "ab"), "text")[0].f1.ci95
        covered += low <= expected <= high
    assert 460 <= covered <= 490


def test_the_first_mistake_is_the_fullest_cell_off_the_diagonal() -> None:
    assert [(one.label, one.answer) for one in mistakes(np.array([[9, 1], [3, 2]]), ("a", "b"))] == [
        ("b", "a"),
        ("a", "b"),
    ]
    assert mistakes(np.diag([3, 4]), ("a", "b")) == ()


def test_calibration_bins_hold_equal_counts_and_their_own_means(tested: HeldOut) -> None:
    confidence, right = tested.confidence("fused"), tested.right("fused")
    bins = calibration_bins(confidence, right)
    assert [one.n for one in bins] == [20] * 10
    rows = sorted(range(200), key=lambda i: confidence[i])[40:60]  # the third bin
    assert bins[2].confidence == pytest.approx(sum(confidence[i] for i in rows) / 20)
    assert bins[2].accuracy == pytest.approx(sum(right[i] for i in rows) / 20)
    error = sum(abs(one.confidence - one.accuracy) * 20 for one in bins) / 200
    assert expected_calibration_error(bins) == pytest.approx(error)


def test_intervals_of_bins_classes_and_coverage_count_a_group_once() -> None:
    tested = held_out(1, 120, grouped=True)
    confidence, right = tested.confidence("fused"), tested.right("fused")
    rows = np.argsort(confidence, kind="stable")[:12]
    assert calibration_bins(confidence, right, tested.groups)[0].ci95 == mean_interval(right[rows], tested.groups[rows])
    given = confidence >= 0.6
    found = coverage_at(confidence, right, 0.6, tested.groups)
    assert found.ci95 == mean_interval(right[given], tested.groups[given])
    true = tested.labels == "cat"
    assert class_reports(tested, "fused")[1].recall.ci95 == mean_interval(right[true], tested.groups[true])


def test_pairs_are_their_own_groups_in_one_fold_and_never_repeated_unless_said() -> None:
    tested = answered("aab", {"text": "abb"}, "ab")
    assert len(set(tested.group)) == 3
    assert tested.fold.tolist() == [0, 0, 0] and tested.repeated.tolist() == [False] * 3
    part = held_out(2, 20, grouped=True).where(np.arange(20) % 2 == 0)
    whole = held_out(2, 20, grouped=True)
    assert part.ids.tolist() == whole.ids[::2].tolist() and part.group.tolist() == whole.group[::2].tolist()
    assert part.right("fused").tolist() == whole.right("fused")[::2].tolist()


def test_fewer_answers_than_bins_leave_no_bin_empty() -> None:
    assert [one.n for one in calibration_bins(np.array([0.2, 0.9]), np.array([False, True]))] == [1, 1]


def test_honest_probabilities_have_a_small_error_and_boastful_ones_a_large_one() -> None:
    rng = np.random.default_rng(4)
    confidence = rng.uniform(0.3, 1, 20_000)
    right = rng.uniform(size=20_000) < confidence
    assert expected_calibration_error(calibration_bins(confidence, right)) < 0.015
    assert expected_calibration_error(calibration_bins(np.minimum(confidence + 0.2, 1), right)) > 0.1


def test_coverage_counts_the_answers_from_the_threshold_on(tested: HeldOut) -> None:
    confidence, right = tested.confidence("fused"), tested.right("fused")
    given = [i for i in range(200) if confidence[i] >= 0.7]
    found = coverage_at(confidence, right, 0.7)
    assert found.answered == len(given) and found.coverage == len(given) / 200
    assert found.precision == pytest.approx(sum(right[i] for i in given) / len(given))


def test_a_threshold_above_every_answer_leaves_none() -> None:
    found = coverage_at(np.array([0.5]), np.array([True]), 0.9)
    assert found.answered == 0 and math.isnan(found.precision)


def test_the_coverage_curve_falls_from_all_to_few(tested: HeldOut) -> None:
    curve = coverage_curve(tested.confidence("fused"), tested.right("fused"))
    assert curve[0].tolist() == [0.0, 1.0, tested.right("fused").mean()]
    assert (np.diff(curve[:, 1]) <= 0).all() and (curve[:, 1] > 0).all()
    for threshold, coverage, precision in curve[::10]:
        found = coverage_at(tested.confidence("fused"), tested.right("fused"), threshold)
        assert (found.coverage, found.precision) == (coverage, precision)


def test_fixed_and_broken_pairs_are_those_where_the_heads_differ(tested: HeldOut) -> None:
    fixed, broken = tested.fixed("text"), tested.broken("text")
    right = {head: tested.right(head) for head in tested.heads}
    assert sorted(fixed) == [i for i in range(200) if right["fused"][i] and not right["text"][i]]
    assert sorted(broken) == [i for i in range(200) if right["text"][i] and not right["fused"][i]]
    codes = np.searchsorted(CLASSES, tested.labels)
    change = [tested.probabilities["fused"][i, codes[i]] - tested.probabilities["text"][i, codes[i]] for i in fixed]
    assert change == sorted(change, reverse=True)


def test_the_table_has_a_row_a_pair_and_probabilities_that_sum_to_one(tested: HeldOut) -> None:
    table = tested.table()
    assert len(table) == 200 and list(table["id"]) == list(tested.ids)
    columns = [f"fused probability of {label}" for label in CLASSES]
    assert table[columns].sum(axis=1).to_numpy() == pytest.approx(np.ones(200), abs=1e-5)
