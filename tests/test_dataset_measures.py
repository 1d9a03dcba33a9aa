"""What the Data page counts: languages, search, lengths and telling words."""

import re
from math import log
from pathlib import Path

import pandas as pd
import pytest

from mmdemo.charts.data import class_bars, length_chart, limits_chart, size_chart, words_chart
from mmdemo.charts.grammar import LayerChart
from mmdemo.datasets.languages import language_name
from mmdemo.datasets.search import search
from mmdemo.datasets.stamps import caption_languages
from mmdemo.datasets.words import COMMON, MOST_CLASSES, caption_lengths, telling_words

PAIRS = pd.DataFrame(
    {
        "image": ["a.png", "b.png", "c.png", "d.png"],
        "text": ["A red car.", "A blue car!", "The Café", "A car <b>bus</b>"],
        "label": ["car", "car", "house", "bus"],
    },
    index=["1", "2", "3", "4"],
)


def pairs_of(captions: dict[str, list[str]]) -> pd.DataFrame:
    rows = [(text, label) for label, texts in captions.items() for text in texts]
    return pd.DataFrame(rows, columns=["text", "label"])


@pytest.mark.parametrize(
    ("phrase", "label", "expected"),
    [
        ("", None, ["1", "2", "3", "4"]),
        ("  ", "car", ["1", "2"]),
        ("CAR", None, ["1", "2", "4"]),
        ("car red", None, ["1"]),
        ("cafe\u0301", None, ["3"]),
        ("café", "car", []),
        ("(", None, []),
        ("car", "none such", []),
    ],
)
def test_search(phrase: str, label: str | None, expected: list[str]) -> None:
    assert search(PAIRS, phrase, label).index.tolist() == expected


def test_every_language_of_the_stamps_has_a_name(stamps_dir: Path) -> None:
    nameless = [code for code in caption_languages(stamps_dir) if language_name(code) == code]
    assert nameless == []


def test_names_of_languages_are_distinct(stamps_dir: Path) -> None:
    codes = list(caption_languages(stamps_dir))
    assert len({language_name(code) for code in codes}) == len(codes)


def test_lengths_are_those_of_cleaned_captions() -> None:
    assert caption_lengths(PAIRS).tolist() == [3, 3, 2, 3]


def test_telling_words_are_ranked_by_g2() -> None:
    frame = pairs_of({"cat": ["furry tail", "furry paw", "tail"], "bus": ["red", "tail wheel", "red wheel", "blue"]})
    found = telling_words(frame)
    assert [word.word for word in found["cat"]] == ["furry"]
    furry = found["cat"][0]
    assert (furry.count, furry.share, furry.elsewhere) == (2, pytest.approx(2 / 3), 0.0)
    # Observed: 2 of 3 inside, 0 of 4 outside; expected: 7 captions, 2 with the word.
    cells = [(2, 2 * 3 / 7), (1, 5 * 3 / 7), (4, 5 * 4 / 7)]
    assert furry.g2 == pytest.approx(2 * sum(observed * log(observed / expected) for observed, expected in cells))


def test_words_of_the_language_and_of_one_caption_are_not_telling() -> None:
    cats = [f"a cat in the house number{i}" for i in range(20)]
    frame = pairs_of({"cat": cats, "dog": ["a dog", "in the sun", "a dog", "the dog"] * 5})
    words = {word.word: word for found in telling_words(frame, most=99).values() for word in found}
    assert {"cat", "house", "dog"} <= words.keys()
    assert words.keys().isdisjoint({"a", "the", "number3"})
    assert all(word.elsewhere <= COMMON for word in words.values())


def test_of_a_character_and_a_pair_that_say_the_same_the_pair_is_named() -> None:
    frame = pairs_of({"fruit": ["苹果"] * 5, "car": ["汽车"] * 5})
    assert [word.word for word in telling_words(frame)["fruit"]] == ["苹果"]


def test_of_many_classes_the_largest_are_counted_against_all() -> None:
    frame = pairs_of({f"class {place}": [f"word{place} of all"] * (2 + (place == 7)) for place in range(500)})
    assert list(telling_words(frame, classes=1)) == ["class 7"]
    found = telling_words(frame)
    assert len(found) == MOST_CLASSES
    (word,) = found["class 7"]
    assert (word.word, word.count, word.share, word.elsewhere) == ("word7", 3, 1.0, 0.0)


def test_captions_without_words_are_no_harm() -> None:
    assert telling_words(pairs_of({"a": ["!", ""], "b": ["?"]})) == {"a": [], "b": []}
    assert telling_words(pairs_of({"a": ["one", "one"]})) == {"a": []}


def homonym_limits_chart() -> LayerChart:
    return limits_chart({"image": 0.65, "text": 0.75, "fused": 0.9})


CHARTS = {
    "limits": homonym_limits_chart,
    "lengths": lambda: length_chart(pd.Series([1, 2, 2, 90])),
    "one length": lambda: length_chart(pd.Series([3])),
    "sizes": lambda: size_chart(pd.DataFrame({"width": [10, 10, 300], "height": [20, 20, 5]})),
    "words": lambda: words_chart("bus", telling_words(pairs_of({"bus": ["red"] * 3, "car": ["blue"] * 3}))["bus"]),
}


def widths(written: str) -> list[float]:
    return [float(width) for width in re.findall(r"left:0.00%;width:([\d.]+)%", written)]


def test_a_bar_a_class_says_how_many_pairs_it_has() -> None:
    written = class_bars(PAIRS["label"])
    assert widths(written) == [100, 50, 50] and re.findall(r">(\w+)</div>", written) == ["car", "house", "bus"]
    assert "2 (50.0%)" in written and "1 (25.0%)" in written and "calc(66.67% - 1px)" in written  # a third of four
    assert "Pairs by label, from car with 2 to bus with 1." in written
    assert "columns:20rem" not in written


@pytest.mark.parametrize("names", [[f"class {place}" for place in range(13)], ["a", "the longest of all the names"]])
def test_many_classes_and_long_names_stand_above_their_bars_in_columns(names: list[str]) -> None:
    written = class_bars(pd.Series(names * 2))
    assert widths(written) == [100] * len(names) and "columns:20rem" in written
    assert all(f">{name}<" in written for name in names)


@pytest.mark.parametrize("name", CHARTS)
def test_charts_have_a_title_and_name_their_axes(name: str) -> None:
    chart = CHARTS[name]().to_dict()
    assert chart["title"]
    encoding = (chart["layer"][0] if "layer" in chart else chart)["encoding"]
    assert encoding["x"]["title"]
    assert encoding["y"].get("title") or encoding["y"]["type"] == "nominal"


def test_bars_of_lengths_hold_every_caption() -> None:
    chart = length_chart(pd.Series([1, 2, 2, 90])).to_dict()
    rows = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert sum(row["captions"] for row in rows) == 4
    assert "in steps of 3" in chart["layer"][0]["encoding"]["x"]["title"]
    assert {row["words"] for row in rows} == {"1 to 3", "88 to 90"}
