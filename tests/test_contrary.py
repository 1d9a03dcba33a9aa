"""Where a colour and the effect of a removal differ, a third class is the reason, and it is named."""

import numpy as np
import pytest

from mmdemo.encoders.evidence import Part
from mmdemo.explanation import asked
from mmdemo.explanation.contrary import contrary, taken_out
from mmdemo.explanation.explain import Explanation, against, alone
from mmdemo.explanation.removal import Removals
from mmdemo.model.certainty import percent
from mmdemo.model.model import Prediction
from mmdemo.model.probabilities import softmax

CLASSES = ("food", "seasonal", "plants")


def explained(values: list[list[float]]) -> Explanation:
    """An explanation whose words add these values (3, u) to logits that start at 0, and take as much with them."""
    found = np.array(values)
    units = tuple(f"word {i}" for i in range(found.shape[1]))
    part = Part(found.sum(axis=1), units, found)
    without = Removals(units, len(units), found)
    return Explanation(CLASSES[: len(found)], np.zeros(len(found)), part.total, {"text": part}, {}, {"text": without})


def answer(logits: np.ndarray) -> Prediction:
    """A model's answer with these logits."""
    rows = softmax(logits)
    return Prediction(CLASSES[int(rows.argmax())], "text", logits, rows, False, {"text": rows})


def test_a_word_that_helps_a_third_class_more_is_named_with_it() -> None:
    found = explained([[2.0, 0.5], [1.0, 0.2], [-1.0, 2.0]])
    one, = contrary(found, "text", "food", "seasonal")
    before = softmax(found.logits)[0]
    after = softmax(found.logits - np.array([0.5, 0.2, 2.0]))[0]
    assert (one.unit, one.third) == ("word 1", "plants")
    assert (one.was, one.now) == pytest.approx((before, after)) and after > before
    assert one.sentence("“word 1”", "food", 2) == (
        f"Without “word 1”, “food” goes from {percent(before)} up to {percent(after)}, although it is blue: "
        "it supports “plants” even more. The same goes for 2 more."
    )


def test_a_word_that_counts_against_a_third_class_more_is_named_with_it() -> None:
    one, = contrary(explained([[2.0, -0.5], [1.0, -0.2], [2.0, -2.0]]), "text", "food", "seasonal")
    assert one.third == "plants" and one.now < one.was
    assert "down to" in one.sentence("it", "food") and "although it is orange: it opposes" in one.sentence("it", "food")


def test_nothing_is_said_where_colours_and_effects_agree() -> None:
    assert contrary(explained([[2.0, 0.5], [1.0, 0.2], [-1.0, -2.0]]), "text", "food", "seasonal") == []


@pytest.mark.parametrize("seed", range(20))
def test_two_classes_never_disagree_when_one_is_against_the_other(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(1, 6))
    found = explained(np.vstack([rows, -rows]).tolist())
    assert contrary(found, "text", *CLASSES[:2]) == contrary(found, "text", CLASSES[0], None) == []


def test_what_was_taken_out_names_a_third_class_or_says_that_the_rest_is_read_anew() -> None:
    found = explained([[2.0, 0.5], [1.0, 0.2], [-1.0, 2.0]])
    before, lead = answer(found.logits), against(found, "food")
    told = taken_out(lead, "food", {"text": [1]}, before, answer(found.logits - found.removals["text"].losses[:, 1]))
    assert told is not None and told.third == "plants"
    anew = taken_out(lead, "food", {"text": [0]}, before, answer(found.logits + np.array([2.0, 0.0, 0.0])))
    assert anew is not None and anew.third is None
    assert "what is left is read differently" in anew.sentence("it", "food")
    assert taken_out(lead, "food", {"text": [0]}, before, answer(found.logits - np.array([2.0, 0.0, 0.0]))) is None
    assert taken_out(lead, "food", {"text": []}, before, before) is None


def test_the_words_say_what_is_compared() -> None:
    found = explained([[2.0, 0.5], [1.0, 0.2], [-1.0, 2.0]])
    lead, score = against(found, "food"), alone(found)
    assert lead.other == found.rival("food") == "seasonal"
    assert asked.question(lead, "food") == "Why “food” and not “seasonal”"
    assert asked.question(score, "food") == "What adds up to the score of “food”"
    for one in (found, lead):
        assert asked.colours(one, "food") == "Blue counts for “food”, orange for “seasonal”."
    assert asked.colours(score, "food") == "Blue raises the score of “food”, orange lowers it."
    np.testing.assert_allclose(found.units("text", "food")[1], [1.0, 0.3])
    np.testing.assert_allclose(lead.units("text", "food")[1], [1.0, 0.3])
    np.testing.assert_allclose(score.units("text", "food")[1], [2.0, 0.5])
