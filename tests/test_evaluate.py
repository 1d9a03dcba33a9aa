"""Every number of an evaluation against one counted by hand."""

import json
import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.evaluation.evaluate import evaluate, evaluation_from
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.evaluation.unrepeated import excess_interval
from mmdemo.model.heads import head_names, head_without
from tests.evaluated import CLASSES, answered, held_out

THREE = ("image", "text", "smell")


def counted(labels: np.ndarray, guesses: np.ndarray) -> dict[str, float]:
    """Accuracy and macro averages over the classes that occur, counted pair by pair."""
    recalls, precisions, f1s = [], [], []
    for name in sorted(set(labels)):
        both = sum(a == b == name for a, b in zip(labels, guesses, strict=True))
        truly, said = sum(labels == name), sum(guesses == name)
        recalls.append(both / truly)
        precisions.append(both / said if said else 0.0)
        f1s.append(2 * both / (truly + said))
    return {
        "accuracy": sum(labels == guesses) / len(labels),
        "balanced_accuracy": sum(recalls) / len(recalls),
        "precision_macro": sum(precisions) / len(recalls),
        "recall_macro": sum(recalls) / len(recalls),
        "f1_macro": sum(f1s) / len(recalls),
    }


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 40), st.booleans())
def test_every_metric_is_what_counting_gives(seed: int, n: int, grouped: bool) -> None:
    tested = held_out(seed, n, grouped=grouped)
    found = evaluate(tested)
    assert (found.n, found.groups, found.folds) == (n, len(set(tested.group)), len(set(tested.fold)))
    assert found.classes == {label: list(tested.labels).count(label) for label in sorted(set(tested.labels))}
    for head, rows in tested.probabilities.items():
        guesses = np.array([CLASSES[int(row.argmax())] for row in rows])
        for name, value in counted(tested.labels, guesses).items():
            assert getattr(found.heads[head], name) == pytest.approx(value)
        told = [row[CLASSES.index(label)] for row, label in zip(rows, tested.labels, strict=True)]
        assert found.heads[head].log_loss == pytest.approx(-sum(map(math.log, told)) / n)
        assert found.heads[head].ci95 == mean_interval(guesses == tested.labels, tested.groups)


@pytest.mark.parametrize("modalities", [("image", "text"), THREE, ("smell", "taste")])
def test_what_each_modality_adds_is_over_the_head_without_it(modalities: tuple[str, ...]) -> None:
    tested = held_out(1, 90, modalities, grouped=True)
    found = evaluate(tested)
    assert tested.modalities == found.modalities == modalities
    assert tuple(found.heads) == head_names(modalities) and tuple(found.adds) == modalities
    for modality, one in found.adds.items():
        assert (one.modality, one.over) == (modality, head_without(modality, modalities))
        change = tested.right("fused").astype(int) - tested.right(one.over)
        assert one.accuracy == pytest.approx(found.heads["fused"].accuracy - found.heads[one.over].accuracy)
        assert (one.fixed, one.broken) == ((change > 0).sum(), (change < 0).sum())
        assert sorted(tested.fixed(one.over)) == np.flatnonzero(change > 0).tolist()
        assert one.ci95 == mean_interval(change, tested.groups, (-1, 1))
    assert found.gain == min(found.adds.values(), key=lambda one: one.accuracy)


def test_the_gain_is_over_the_better_single_modality() -> None:
    tested = held_out(1)
    found = evaluate(tested)
    better = max(("image", "text"), key=lambda head: found.heads[head].accuracy)
    assert found.gain is not None and found.gain.over == better
    swapped = {"image": tested.probabilities["text"], "text": tested.probabilities["image"]}
    other = evaluate(replace(tested, probabilities={**tested.probabilities, **swapped})).gain
    assert other is not None and (other.accuracy, other.ci95) == (found.gain.accuracy, found.gain.ci95)


@pytest.mark.parametrize("grouped", [False, True])
def test_neither_the_order_of_the_pairs_nor_the_run_matters(grouped: bool) -> None:
    tested = held_out(3, grouped=grouped)
    shuffled = evaluate(tested.where(np.random.default_rng(0).permutation(60)))
    once = evaluate(tested)
    assert once == evaluate(held_out(3, grouped=grouped))
    assert shuffled.adds == once.adds
    assert shuffled.heads["fused"].ci95 == once.heads["fused"].ci95
    assert shuffled.heads["fused"].f1_macro == pytest.approx(once.heads["fused"].f1_macro)


def test_one_head_has_nothing_to_be_compared_with() -> None:
    alone = evaluate(held_out(4, modalities=("text",)))
    assert alone.gain is None and alone.adds == {}
    assert alone.verdict() == "One modality only: there is nothing to compare."
    assert alone.accuracies() == {"text": (alone.heads["text"].accuracy, alone.heads["text"].ci95)}


def test_a_class_without_a_pair_does_not_count() -> None:
    found = evaluate(answered(["bat", "cat"], {"text": ["bat", "cat"]}, CLASSES)).heads["text"]
    assert (found.accuracy, found.balanced_accuracy, found.f1_macro, found.precision_macro) == (1.0, 1.0, 1.0, 1.0)


def test_a_probability_of_zero_for_the_truth_is_a_large_loss_and_no_infinity() -> None:
    rows = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    found = evaluate(HeldOut(np.array(["1", "2"]), np.array(["bat", "cat"]), CLASSES, {"text": rows}))
    assert 15 < found.heads["text"].log_loss < 40


def test_thirty_equal_answers_do_not_prove_that_there_is_no_difference() -> None:
    labels = list(CLASSES * 10)
    found = evaluate(answered(labels, {"image": labels, "text": labels, "fused": labels}, CLASSES))
    assert found.gain is not None and not found.gain.helps
    assert (found.gain.accuracy, found.gain.mcnemar_p) == (0.0, 1.0)
    assert found.gain.ci95[0] < 0 < found.gain.ci95[1]


@pytest.mark.parametrize("grouped", [False, True])
def test_the_results_without_repeated_pairs_are_what_a_loop_counts(grouped: bool) -> None:
    tested = held_out(5, 120, grouped=grouped)
    found = evaluate(tested)
    rest = found.unrepeated
    assert rest is not None
    left = [i for i in range(120) if not tested.repeated[i]]
    assert (rest.n, rest.repeated) == (len(left), 120 - len(left))
    for head, one in rest.heads.items():
        right = tested.right(head)
        share = sum(right[i] for i in left) / len(left)
        repeated = sum(right[i] for i in range(120) if tested.repeated[i]) / rest.repeated
        assert one.accuracy == pytest.approx(share)
        assert one.change == pytest.approx(share - found.heads[head].accuracy)
        assert one.excess == pytest.approx(repeated - share)
        assert one.excess_ci95 == excess_interval(right, tested.repeated, tested.groups)
        assert one.loud == (one.excess_ci95[0] > 0)
    assert rest.adds == evaluate(tested.where(~tested.repeated)).adds
    assert rest.loud == any(one.loud for one in rest.heads.values())


def test_without_repeated_pairs_there_is_nothing_to_say_about_them() -> None:
    assert evaluate(replace(held_out(6), repeated=np.zeros(60, bool))).unrepeated is None


def test_where_every_pair_repeats_something_nothing_is_left_and_that_is_said_aloud() -> None:
    rest = evaluate(replace(held_out(6), repeated=np.ones(60, bool))).unrepeated
    assert rest is not None and (rest.n, rest.repeated, rest.loud) == (0, 60, True)


@pytest.mark.parametrize(("left", "loud"), [(5, True), (6, False)])
def test_where_hardly_a_pair_repeats_nothing_that_is_said_aloud(left: int, loud: bool) -> None:
    tested = held_out(6)
    right = {head: np.eye(len(CLASSES))[np.searchsorted(CLASSES, tested.labels)] for head in tested.heads}
    found = evaluate(replace(tested, repeated=np.arange(60) >= left, probabilities=right))  # all right: none is easier
    assert found.unrepeated is not None and found.unrepeated.loud == loud
    warning = found.warning() or ""
    assert (f"only {left} pairs do not, too few to tell" in warning) == loud


@pytest.mark.parametrize("modalities", [("text",), ("image", "text"), THREE])
def test_an_evaluation_survives_json(modalities: tuple[str, ...]) -> None:
    for tested in (held_out(7, 50, modalities), held_out(7, 50, modalities, grouped=True)):
        for repeated in (tested.repeated, np.zeros(50, bool), np.ones(50, bool)):
            found = evaluate(replace(tested, repeated=repeated))
            assert evaluation_from(json.loads(json.dumps(asdict(found), allow_nan=False))) == found
