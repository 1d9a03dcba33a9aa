"""The sentences about results: each says what the numbers support, with the numbers, and no more."""

from dataclasses import replace

import numpy as np
import pytest

from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.evaluation.sentences import added_sentence, balanced_sentence, listed, needed_sentence, points
from mmdemo.model.certainty import SURE, certainty
from tests.evaluated import held_out

TWO, THREE = ("image", "text"), ("smell", "image", "text")


def added(
    ci95: tuple[float, float], p: float, better: int = 9, worse: int = 1, modality: str = "image", over: str = "text"
) -> Added:
    """What a modality adds, with these signs."""
    return Added(sum(ci95) / 2, ci95, p, better, worse, better, worse, modality, over)


HELPS, HURTS, UNCLEAR = added((0.01, 0.1), 0.01), added((-0.1, -0.01), 0.01, 1, 9), added((-0.04, 0.08), 0.4, 10, 10)


def test_a_clear_help_and_a_clear_harm_are_said_with_all_that_supports_them() -> None:
    numbers = "+5.5 points (95 % interval +1.0 to +10.0, McNemar’s p = 0.01)."
    assert added_sentence(HELPS, TWO, 140) == f"Adding the image to the caption helps: {numbers}"
    numbers = "−5.5 points (95 % interval −10.0 to −1.0, McNemar’s p = 0.01)."
    assert added_sentence(HURTS, TWO, 140) == f"Adding the image to the caption hurts: {numbers}"


def test_no_clear_difference_is_said_with_what_would_settle_it() -> None:
    assert added_sentence(UNCLEAR, TWO, 140) == (
        "No clear difference from adding the image to the caption: +2.0 points (95 % interval −4.0 to +8.0, McNemar’s "
        "p = 0.4). About 1,100 more held-out pairs would settle a 3-point gain, if the two models keep differing on "
        "14.3 % of the pairs."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (added((0.007, 0.132), 0.07), "The interval excludes 0 but McNemar’s test does not call it (p = 0.07)"),
        (added((-0.13, -0.007), 0.07, 1, 9), "The interval excludes 0 but McNemar’s test does not call it (p = 0.07)"),
        (added((-0.01, 0.1), 0.03), "The interval includes 0 although McNemar’s test finds a difference (p = 0.03)"),
        (added((0.01, 0.1), 0.0001, 1, 9), "The interval and McNemar’s test point in opposite directions"),
    ],
)
def test_where_interval_and_test_disagree_nothing_is_claimed(found: Added, said: str) -> None:
    sentence = added_sentence(found, TWO, 140)
    assert sentence.startswith("Adding the image to the caption: ") and f"{said}: not settled. " in sentence
    assert not any(claim in sentence for claim in ("helps", "hurts", "No clear"))
    assert "more held-out pairs would settle" in sentence


def test_a_third_modality_is_added_to_both_others() -> None:
    found = added((0.01, 0.1), 0.0004, modality="smell", over="image+text")
    assert added_sentence(found, THREE, 140).startswith("Adding the smell to the image and the caption helps: ")
    assert "McNemar’s p < 0.001)." in added_sentence(found, THREE, 140)


@pytest.mark.parametrize("modalities", [TWO, THREE])
def test_a_verdict_has_a_sentence_a_modality(modalities: tuple[str, ...]) -> None:
    found = evaluate(held_out(1, 90, modalities))
    assert len(found.sentences()) == len(modalities)
    assert found.verdict() == " ".join(found.sentences())


def test_pairs_that_were_enough_are_said_to_be() -> None:
    assert needed_sentence(3000, 200) == "A 3-point gain would most likely have shown on these 3,000 pairs."


def test_uneven_classes_are_said_with_the_balanced_accuracy() -> None:
    tested = held_out(2, 90)
    even = evaluate(tested.where(np.concatenate([np.flatnonzero(tested.labels == one)[:20] for one in tested.classes])))
    assert not even.uneven and not any("Balanced" in note for note in even.notes())
    many = np.flatnonzero(tested.labels == "bat")
    uneven = evaluate(tested.where(np.concatenate([many, np.flatnonzero(tested.labels == "cat")[:5]])))
    assert uneven.uneven
    assert balanced_sentence(uneven.heads) in uneven.notes()
    assert f"caption alone {uneven.heads['text'].balanced_accuracy:.1%} (" in balanced_sentence(uneven.heads)


def test_results_without_repeated_pairs_are_said_quietly_or_aloud() -> None:
    tested = held_out(3, 200)
    quiet = evaluate(tested)
    assert quiet.unrepeated is not None and not quiet.unrepeated.loud
    assert f"Without the {quiet.unrepeated.repeated} pairs whose image or caption also stands in" in quiet.notes()[-1]
    assert f"both {quiet.unrepeated.heads['fused'].accuracy:.1%} (" in quiet.notes()[-1]
    loud = evaluate(replace(tested, repeated=tested.right("image")))
    assert loud.unrepeated is not None and loud.unrepeated.loud
    warning = loud.warning()
    assert warning is not None and warning.startswith("These results may be too good: ")
    assert ", by image alone" in warning
    assert f"ithout the {loud.unrepeated.repeated} pairs" in warning and warning not in loud.notes()
    assert "nothing else is left" in str(evaluate(replace(tested, repeated=np.ones(200, bool))).warning())
    assert quiet.warning() is None


def test_points_are_signed() -> None:
    assert [points(share) for share in (0.0714, -0.0714, 0.0)] == ["+7.1", "−7.1", "+0.0"]


def test_names_are_listed_in_words() -> None:
    assert [listed(["a"]), listed(["a", "b"], "or"), listed(["a", "b", "c"])] == ["a", "a or b", "a, b and c"]


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "99 of 100"),
        (0.99, "99 of 100"),
        (0.989, "9 of 10"),
        (SURE, "9 of 10"),
        (0.8999, "8 of 10"),
        (0.7, "7 of 10"),
        (0.5, "5 of 10"),
        (0.4999, "fewer than 5 of 10"),
    ],
)
def test_certainty_is_rounded_down(probability: float, said: str) -> None:
    assert certainty(probability) == f"{said} such answers are right"
