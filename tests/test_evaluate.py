"""Every metric of a head against one counted by hand, and the sentence that sums a comparison up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.evaluation.evaluate import Evaluation, evaluate, points, predicted, verdict

CLASSES = ("bat", "cat", "dog")


def drawn(seed: int, n: int = 60) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Labels, and three heads' probabilities that favour the true class more and more."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(CLASSES, n)
    truth = np.eye(3)[np.searchsorted(CLASSES, labels)]
    favour = {"image": 0.3, "text": 0.5, "fused": 1.0}
    rows = {head: rng.dirichlet(np.ones(3), n) + weight * truth for head, weight in favour.items()}
    return labels, {head: row / row.sum(axis=1, keepdims=True) for head, row in rows.items()}


def counted(labels: np.ndarray, guesses: np.ndarray) -> dict[str, float]:
    """Accuracy and macro averages, counted pair by pair; a rate without a case counts as 0."""
    recalls, precisions, f1s, balanced = [], [], [], []
    for name in CLASSES:
        both = sum(a == b == name for a, b in zip(labels, guesses, strict=True))
        truly, said = sum(labels == name), sum(guesses == name)
        recalls.append(both / truly if truly else 0.0)
        precisions.append(both / said if said else 0.0)
        f1s.append(2 * both / (truly + said) if truly + said else 0.0)
        balanced += [both / truly] if truly else []
    return {
        "accuracy": sum(labels == guesses) / len(labels),
        "balanced_accuracy": sum(balanced) / len(balanced),
        "precision_macro": sum(precisions) / 3,
        "recall_macro": sum(recalls) / 3,
        "f1_macro": sum(f1s) / 3,
    }


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_every_metric_is_what_counting_gives(seed: int, n: int) -> None:
    labels, probabilities = drawn(seed, n)
    found = evaluate(labels, probabilities, CLASSES)
    assert found.n == n
    for head, rows in probabilities.items():
        guesses = np.array([CLASSES[int(row.argmax())] for row in rows])
        for name, value in counted(labels, guesses).items():
            assert getattr(found.heads[head], name) == pytest.approx(value)
        told = [row[CLASSES.index(label)] for row, label in zip(rows, labels, strict=True)]
        assert found.heads[head].log_loss == pytest.approx(-sum(map(math.log, told)) / n)
        assert found.heads[head].ci95[0] <= found.heads[head].accuracy <= found.heads[head].ci95[1]


def test_the_gain_is_over_the_better_single_modality() -> None:
    labels, probabilities = drawn(1)
    found = evaluate(labels, probabilities, CLASSES)
    assert found.gain is not None
    assert found.gain.over == "text"
    right = {head: predicted(rows, CLASSES) == labels for head, rows in probabilities.items()}
    assert found.gain.accuracy == pytest.approx(right["fused"].mean() - right["text"].mean())
    assert found.gain.fixed == sum(right["fused"] & ~right["text"])
    assert found.gain.broken == sum(right["text"] & ~right["fused"])
    assert (found.gain.fixed - found.gain.broken) / 60 == pytest.approx(found.gain.accuracy)
    assert found.gain.helps == (found.gain.ci95[0] > 0 and found.gain.mcnemar_p < 0.05)
    swapped = evaluate(
        labels, {**probabilities, "image": probabilities["text"], "text": probabilities["image"]}, CLASSES
    )
    assert swapped.gain is not None
    assert swapped.gain.over == "image"
    assert swapped.gain.accuracy == found.gain.accuracy


def test_the_same_answers_give_the_same_evaluation() -> None:
    assert evaluate(*drawn(2), CLASSES) == evaluate(*drawn(2), CLASSES)


def test_the_order_of_the_pairs_does_not_matter() -> None:
    labels, probabilities = drawn(3)
    order = np.random.default_rng(0).permutation(60)
    shuffled = evaluate(labels[order], {head: rows[order] for head, rows in probabilities.items()}, CLASSES)
    once = evaluate(labels, probabilities, CLASSES)
    assert shuffled.gain == once.gain
    assert shuffled.heads["fused"].f1_macro == pytest.approx(once.heads["fused"].f1_macro)


def test_one_head_has_nothing_to_be_compared_with() -> None:
    labels, probabilities = drawn(4)
    alone = evaluate(labels, {"text": probabilities["text"]}, CLASSES)
    assert alone.gain is None
    assert alone.verdict() == "One modality only: there is nothing to compare."
    assert alone.accuracies() == {"text": (alone.heads["text"].accuracy, alone.heads["text"].ci95)}


def test_a_class_that_is_not_among_the_test_pairs() -> None:
    rows = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]])
    found = evaluate(np.array(["bat", "cat"]), {"text": rows}, CLASSES).heads["text"]
    assert (found.accuracy, found.balanced_accuracy) == (1.0, 1.0)
    assert found.recall_macro == found.precision_macro == pytest.approx(2 / 3)


def test_a_probability_of_zero_for_the_truth_is_a_large_loss_and_no_infinity() -> None:
    found = evaluate(np.array(["bat", "cat"]), {"text": np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])}, CLASSES)
    assert 15 < found.heads["text"].log_loss < 40


def test_a_sure_head_that_is_always_right() -> None:
    labels = np.array(CLASSES * 10)
    sure = np.eye(3)[[0, 1, 2] * 10]
    found = evaluate(labels, {"image": sure, "text": sure, "fused": sure}, CLASSES)
    assert found.gain is not None
    assert (found.gain.accuracy, found.gain.mcnemar_p) == (0.0, 1.0)
    assert found.gain.ci95[0] < 0 < found.gain.ci95[1]  # thirty pairs do not prove that there is no difference
    assert not found.gain.helps
    assert found.heads["fused"].log_loss == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("interval", "opening"),
    [
        ((0.01, 0.1), "Fusion helps: +5.0 points"),
        ((-0.01, 0.1), "No evidence that fusion helps: +5.0 points"),
        ((0.0, 0.1), "No evidence that fusion helps: +5.0 points"),
        ((-0.1, -0.01), "Fusion hurts: +5.0 points"),
    ],
)
def test_the_verdict_follows_the_interval(interval: tuple[float, float], opening: str) -> None:
    assert verdict("image", 0.05, interval).startswith(f"{opening} over the image alone, 95 % interval ")


def test_points_are_signed() -> None:
    assert [points(share) for share in (0.0714, -0.0714, 0.0)] == ["+7.1", "−7.1", "+0.0"]


def test_the_verdict_of_an_evaluation_says_what_it_would_take() -> None:
    labels, probabilities = drawn(5)
    same = evaluate(labels, {**probabilities, "fused": probabilities["text"]}, CLASSES)
    assert isinstance(same, Evaluation)
    assert same.verdict().startswith("No evidence that fusion helps: +0.0 points over the caption alone")
    assert "more held-out pairs would settle a 3-point gain" in same.verdict()
