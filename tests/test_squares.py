"""The gain in 100 squares and whole numbers: what they say is what was counted, whatever a model reads."""

import re
from urllib.parse import unquote

import numpy as np
import pytest

from mmdemo.charts.squares import gain_squares
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence, of_hundred, shares
from mmdemo.model.heads import best_informed
from tests.evaluated import answered, held_out

WAYS = {"one": ("image",), "two": ("image", "text"), "three": ("smell", "image", "text")}


def with_rights(fused: int, text: int, image: int, n: int = 100) -> Evaluation:
    """The numbers of models that get so many of n pairs right, the same ones first."""
    rights = {"image": image, "text": text, "fused": fused}
    guesses = {head: ["cat"] * right + ["dog"] * (n - right) for head, right in rights.items()}
    return evaluate(answered(["cat"] * n, guesses, ("cat", "dog")))


@pytest.mark.parametrize("modalities", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_the_squares_are_a_hundred_and_add_up_to_the_accuracies(modalities: tuple[str, ...], seed: int) -> None:
    found = evaluate(held_out(seed, 60, modalities))
    pairs = {share.what: share.pairs for share in shares(found)}
    assert sum(pairs.values()) == 100
    best = found.heads[best_informed(found.heads)].accuracy
    assert abs(100 * best - pairs["right"] - pairs.get("more", 0)) <= 0.5
    before = found.gain.over if found.gain else best_informed(found.heads)
    assert abs(100 * found.heads[before].accuracy - pairs["right"] - pairs.get("fewer", 0)) <= 0.5
    drawn = unquote(gain_squares(found)).split("</svg>", 1)[0]
    shapes = re.findall(r'd="([^"]+)"', drawn)
    corners = {corner for shape in shapes for corner in re.findall(r"M(\d+ \d+)", shape)}
    assert len(corners) == 100, "a square lies on another, or is missing"


def test_the_numbers_and_the_answer_are_said_in_plain_words() -> None:
    found = with_rights(90, 84, 79)
    assert hundred_sentence(found) == (
        "Of 100 new pairs, the image alone gets 79 right, the caption alone 84 and both together 90."
    )
    assert answer_sentence(found) == "Yes, on this data: both together do better than the caption alone."
    assert [(share.pairs, share.said) for share in shares(found)] == [
        (84, "right from the caption alone"),
        (6, "more with the image too"),
        (10, "still wrong"),
    ]
    written = gain_squares(found)
    alt = "84 right from the caption alone, 6 more with the image too, 10 still wrong."
    assert re.search(f'alt="Of 100 new pairs, [^"]*{alt}"', written)


def test_no_gain_and_a_loss_are_said_as_such() -> None:
    no_gain, loss = with_rights(84, 84, 79), with_rights(70, 84, 60)
    assert answer_sentence(no_gain).startswith("Nobody can tell yet: ")
    assert [share.what for share in shares(no_gain)] == ["right", "wrong"]
    assert answer_sentence(loss) == "No, on this data both together do worse than the caption alone."
    assert [(share.pairs, share.said) for share in shares(loss)] == [
        (70, "right from both together"),
        (14, "lost by adding the image"),
        (16, "wrong"),
    ]
    assert "+" not in answer_sentence(loss) and 'fill-opacity=".25"' in unquote(gain_squares(loss))


def test_one_modality_has_nothing_to_add() -> None:
    found = evaluate(held_out(1, 60, ("text",)))
    assert answer_sentence(found) == "This model reads captions alone, so there is nothing to add."
    assert re.fullmatch(r"Of 100 new pairs, the caption alone gets \d+ right\.", hundred_sentence(found))


def test_three_modalities_are_all_together() -> None:
    found = evaluate(held_out(2, 200, WAYS["three"]))
    assert "all together" in hundred_sentence(found) and "both" not in hundred_sentence(found)
    assert " and the " in answer_sentence(found), "without one of three, two are left"


@pytest.mark.parametrize("accuracy", [0.9951, 0.9999, 0.0001, 0.004])
def test_nearly_all_is_not_all_and_next_to_nothing_is_not_nothing(accuracy: float) -> None:
    assert of_hundred(accuracy) in (1, 99)


def test_halves_are_rounded_up() -> None:
    assert [of_hundred(share) for share in (0.885, 0.125, 0.5, 0.845)] == [89, 13, 50, 85]
    assert of_hundred(float(np.float64(1.0))) == 100
