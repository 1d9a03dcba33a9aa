"""Bars as plain HTML: what they say and how long they are."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from mmdemo.charts.bars import accuracy_bars, accuracy_words
from mmdemo.charts.opinions import opinion_bars
from mmdemo.charts.parts import waterfall_bars
from mmdemo.charts.probabilities import probability_table
from mmdemo.model.certainty import percent

_PLACE = re.compile(r"left:(-?[\d.]+)%;width:([\d.]+)%;background:([^;]+);opacity:([\d.]+)")


def places(written: str) -> list[tuple[float, float, str, float]]:
    """Left and width (%), colour and opacity of each bar."""
    return [(float(left), float(width), colour, float(pale)) for left, width, colour, pale in _PLACE.findall(written)]


def test_a_bar_is_as_long_as_its_accuracy_and_says_so() -> None:
    found = {"image": (0.5, (0.4, 0.6)), "fused": (0.75, (0.7, 0.8))}
    written = accuracy_bars(found, None, "9 pairs", f"Accuracies: {accuracy_words(found)}.")
    assert [place[:2] for place in places(written)] == [(0, 50), (0, 75)]
    assert places(written)[0][2] != places(written)[1][2]
    assert "left:40.00%;width:20.00%" in written and "left:70.00%;width:10.00%" in written
    assert all(said in written for said in ("50.0%", "75.0%", "9 pairs", "Image alone", 'role="img"', "40.0% to 60.0%"))
    assert "best possible" not in written
    assert "best possible" in accuracy_bars(found, {"image": 0.55, "fused": 0.9}, "", "")


def table(names: Sequence[str], heads: dict[str, list[float]], order: Sequence[int], **more: int) -> str:
    found = {head: np.array(shares) for head, shares in heads.items()}
    return probability_table(names, found, {head: head.upper() for head in heads}, order, **more)


def test_every_model_s_answer_stands_out_and_the_classes_keep_their_order() -> None:
    written = table("abc", {"text": [0.2, 0.7, 0.1], "image": [0.5, 0.2, 0.3]}, [1, 0, 2])
    assert [round(width) for _, width, _, _ in places(written)] == [70, 20, 20, 50, 10, 30]
    assert [pale == 1 for *_, pale in places(written)] == [True, False, False, True, False, False]
    assert re.findall(r">(\d+\.\d%)", written) == ["70.0%", "20.0%", "20.0%", "50.0%", "10.0%", "30.0%"]
    assert re.findall(r">(\w+)</th>", written) == ["TEXT", "IMAGE", "b", "a", "c"]


def test_of_many_classes_the_last_share_a_row() -> None:
    names, shares = [f"class {i}" for i in range(60)], np.arange(60, 0, -1) / 1830
    written = table(names, {"text": shares.tolist()}, range(60))
    assert len(places(written)) == 41
    assert "class 39<" in written and "class 40<" not in written
    assert "20 others" in written and percent(float(shares[40:].sum()), 1) in written


def test_a_few_classes_have_rows_and_one_more_is_not_hidden_behind_a_row_of_others() -> None:
    shares = [0.4, 0.2, 0.1, 0.1, 0.1, 0.06, 0.04]
    written = table("abcdefg", {"text": shares}, range(7), most=5)
    assert len(places(written)) == 6 and "2 others" in written and "10.0%" in written
    assert len(places(table("abcdefg", {"text": shares}, range(7), most=6))) == 7


def test_what_a_head_answers_has_a_row_though_others_answer_something_else() -> None:
    names, shares = [f"class {i}" for i in range(45)], [0.1 / 44] * 44 + [0.9]
    written = table(names, {"text": shares}, range(45))
    assert "class 44<" in written and "90.0%" in written and "4 others" in written
    assert [pale == 1 for *_, pale in places(written)] == [False] * 40 + [True, False]


@pytest.mark.parametrize("long", ["a name of more than twenty letters", "秋季商品目录秋季商品目录"])
def test_long_names_stand_above_their_numbers(long: str) -> None:
    assert "grid-column:1/-1" in table([long, "b"], {"text": [0.5, 0.5]}, [0, 1])
    assert "grid-column:1/-1" not in table(["a", "b"], {"text": [0.5, 0.5]}, [0, 1])


@pytest.mark.parametrize("parts", [[0.5, 2.0, -1.0], [-0.5, -2.0], [1.0, -3.0, 0.0], [0.0]])
def test_a_waterfall_goes_from_zero_over_every_part_to_the_sum(parts: list[float]) -> None:
    steps = [(f"part {i}", part) for i, part in enumerate(parts)]
    written = waterfall_bars(steps, "= score", "All parts", "Score so far", "From 0 to the score.")
    ends = np.cumsum(parts)
    low, high = min(0, ends.min()), max(0, ends.max())
    span = (high - low) or 1.0
    starts = np.minimum(np.array([0, *ends[:-1], 0]), [*ends, ends[-1]])
    lengths = np.abs([*parts, ends[-1]])
    np.testing.assert_allclose([left for left, *_ in places(written)], 100 * (starts - low) / span, atol=0.01)
    np.testing.assert_allclose(
        [width for _, width, *_ in places(written)], np.maximum(100 * lengths / span, 0.3), atol=0.01
    )
    assert f"{ends[-1]:+.2f}".replace("-", "−") in written


def test_foreign_names_are_text() -> None:
    foreign = "<img src=x onerror=alert(1)>\""
    written = waterfall_bars([(foreign, 1.0)], foreign, foreign, foreign, foreign)
    assert "<img" not in written and 'aria-label="&lt;img src=x onerror=alert(1)&gt;&quot;"' in written
    written = probability_table([foreign], {"text": np.ones(1)}, {"text": foreign}, [0])
    assert "<img" not in written and written.count("&lt;img src=x onerror=alert(1)&gt;&quot;") == 2


def test_an_opinion_is_rounded_down_as_the_answer_beside_it() -> None:
    drawn = opinion_bars(("a", "b", "c"), {"fused": np.array([0.966, 0.028, 0.006])}, {"fused": "Both"}, 2)
    assert re.findall(r">(\d+%)<", drawn) == ["96%", "2%", "0%"]
    assert 'aria-label="Both → a, with 96%"' in drawn
