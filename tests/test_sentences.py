"""The sentences about results: each says what the numbers support, with the numbers, and no more."""

from dataclasses import replace

import numpy as np
import pytest

from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.evaluation.sentences import added_sentence, listed, needed_sentence, points
from mmdemo.evaluation.statistics import added_statistics, balanced_sentence, measured, unrepeated_sentence
from mmdemo.model.certainty import SURE, certainty
from tests.evaluated import held_out

TWO, THREE = ("image", "text"), ("smell", "image", "text")


def added(
    ci95: tuple[float, float], p: float, better: int = 9, worse: int = 1, modality: str = "image", over: str = "text"
) -> Added:
    """What a modality adds, with these signs."""
    return Added(sum(ci95) / 2, ci95, p, better, worse, better, worse, modality, over)


HELPS, HURTS, UNCLEAR = added((0.01, 0.1), 0.01), added((-0.1, -0.01), 0.01, 1, 9), added((-0.04, 0.08), 0.4, 10, 10)


def test_a_clear_help_and_a_clear_harm_are_said_in_pairs_of_100() -> None:
    said = "5.5 more of 100 pairs are answered correctly (likely between 1.0 and 10.0)."
    assert added_sentence(HELPS, TWO, 140) == f"Adding the image to the caption helps: {said}"
    said = "5.5 fewer of 100 pairs are answered correctly (likely between 1.0 and 10.0)."
    assert added_sentence(HURTS, TWO, 140) == f"Adding the image to the caption hurts: {said}"


def test_no_clear_difference_is_said_with_what_would_settle_it() -> None:
    assert added_sentence(UNCLEAR, TWO, 140) == (
        "No clear difference from adding the image to the caption: 2.0 more of 100 pairs are answered correctly "
        "(likely between 4.0 fewer and 8.0 more). About 1,100 more pairs to test on would show whether it gains 3 in "
        "100."
    )


def test_no_difference_at_all_is_neither_more_nor_fewer() -> None:
    same = added((-0.03, 0.03), 1.0, 4, 4)
    assert "just as many of 100 pairs are answered correctly (likely between 3.0 fewer and 3.0 more)" in added_sentence(
        same, TWO, 140
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (added((0.007, 0.132), 0.07), "leaves out “no difference”, but the test says that chance alone could explain"),
        (added((-0.13, -0.007), 0.07, 1, 9), "leaves out “no difference”, but the test says that chance alone could"),
        (added((-0.01, 0.1), 0.03), "includes “no difference”, but the test says that chance alone would seldom"),
        (added((0.01, 0.1), 0.0001, 1, 9), "the likely range and the test point in opposite directions"),
    ],
)
def test_where_interval_and_test_disagree_nothing_is_claimed(found: Added, said: str) -> None:
    sentence = added_sentence(found, TWO, 140)
    assert sentence.startswith("Not settled whether adding the image to the caption helps: ") and said in sentence
    assert "The two statistical checks disagree: " in sentence
    assert not any(claim in sentence for claim in ("hurts", "No clear"))
    assert "more pairs to test on would show" in sentence


def test_a_third_modality_is_added_to_both_others() -> None:
    found = added((0.01, 0.1), 0.0004, modality="smell", over="image+text")
    assert added_sentence(found, THREE, 140).startswith("Adding the smell to the image and the caption helps: ")
    assert added_statistics(found, THREE, 140).startswith("The smell, added to “image + caption”: +5.5 points (95 % ")


@pytest.mark.parametrize("found", [HELPS, HURTS, UNCLEAR, added((0.007, 0.132), 0.07)])
def test_the_main_sentence_is_plain_and_the_statistics_stand_beside_it(found: Added) -> None:
    plain, exact = added_sentence(found, TWO, 140), added_statistics(found, TWO, 140)
    assert not any(word in plain for word in ("95 %", "interval", "McNemar", "points", "p =", "held-out"))
    assert measured(found) in exact
    assert f"{found.fixed} pairs fixed, {found.broken} broken" in exact
    assert f"differ on {(found.fixed + found.broken) / 140:.1%} of 140)." in exact


@pytest.mark.parametrize("modalities", [TWO, THREE])
def test_a_verdict_has_a_sentence_a_modality(modalities: tuple[str, ...]) -> None:
    found = evaluate(held_out(1, 90, modalities))
    assert len(found.sentences()) == len(modalities)
    assert found.verdict() == " ".join(found.sentences())
    assert len(found.statistics()) == len(modalities)


def test_pairs_that_were_enough_are_said_to_be() -> None:
    assert needed_sentence(3000, 200) == "A gain of 3 in 100 would most likely have shown on these 3,000 pairs."


def test_uneven_classes_are_said_with_the_balanced_accuracy() -> None:
    tested = held_out(2, 90)
    even = evaluate(tested.where(np.concatenate([np.flatnonzero(tested.labels == one)[:20] for one in tested.classes])))
    assert not even.uneven and not any("Balanced" in note for note in even.notes())
    many = np.flatnonzero(tested.labels == "bat")
    uneven = evaluate(tested.where(np.concatenate([many, np.flatnonzero(tested.labels == "cat")[:5]])))
    assert uneven.uneven
    assert balanced_sentence(uneven.heads) in uneven.notes()
    assert f"caption alone {uneven.heads['text'].balanced_accuracy:.1%} (" in balanced_sentence(uneven.heads)


def test_results_without_repeated_pairs_are_always_told_and_warned_of_where_they_differ() -> None:
    tested = held_out(3, 200)
    quiet = evaluate(tested)
    assert quiet.unrepeated is not None and not quiet.unrepeated.loud and quiet.warning() is None
    assert f"Without the {quiet.unrepeated.repeated} pairs that repeat an image or a caption" in quiet.notes()[-1]
    assert f"both {quiet.unrepeated.heads['fused'].accuracy:.1%} (" in quiet.notes()[-1]
    loud = evaluate(replace(tested, repeated=tested.right("image")))
    assert loud.unrepeated is not None and loud.unrepeated.loud
    warning = str(loud.warning())
    assert warning.startswith(f"These results may be too good: {loud.unrepeated.repeated} pairs repeat an image or a ")
    before = f"{loud.heads['image'].accuracy:.1%}"
    assert warning.endswith(f" Without them, the model for images gets 0.0% right instead of {before}.")
    assert "easier by more than chance for image alone" in loud.notes()[-1]


def test_too_few_pairs_without_repeats_are_said_to_be() -> None:
    tested = held_out(3, 200)
    none, few = np.ones(200, bool), np.arange(200) > 2
    assert "every pair tested repeats an image or a caption" in str(evaluate(replace(tested, repeated=none)).warning())
    assert "none is left to judge by" in evaluate(replace(tested, repeated=none)).notes()[-1]
    found = evaluate(replace(tested, repeated=few))
    assert found.unrepeated is not None and unrepeated_sentence(found.unrepeated, TWO) in found.notes()
    if not any(one.loud for one in found.unrepeated.heads.values()):
        assert "only 3 pairs do not, too few to tell" in str(found.warning())


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
