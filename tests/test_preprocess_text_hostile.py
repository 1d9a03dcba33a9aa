"""Captions made to take long: every one is cleaned in time proportional to its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.preprocess.markup import remove_tags
from mmdemo.preprocess.text import MAX_CHARACTERS, TextSettings, clean, tokens
from tests.pace import cpu_seconds

PIECES = {
    "scripts": "<script",
    "whole scripts": "<script>",
    "styles and scripts": "<style><script>",
    "wrong ends": "<script></style>",
    "spaced ends": "</script" + " " * 50,
    "comments": "<!--",
    "comment starts": "<!-",
    "comments that grow": "<!--" + "\ufdfa" * 4,
    "tags": "<a",
    "tags with spaces": "<a ",
    "closing tags": "</",
    "entities": "&",
    "numbers": "&#9",
    "addresses": "http://",
    "more addresses": "www.",
    "marks": "a\u0301\u0327",
    "lone marks": " \u0301",
    "hangul": "\u1100\u1161\u11a8",
    "emoji": "\u2764\ufe0f\u200d",
    "digits": "1",
    "words": "a ",
    "characters": "字",
    "capitals": "İ",
}
ONCE = {"a number": "&#" + "9" * 9_000, "zeros": "&#" + "0" * 9_000 + "65;", "hexadecimal": "&#x" + "f" * 9_000}
HOSTILE = {name: (piece * MAX_CHARACTERS)[:MAX_CHARACTERS] for name, piece in PIECES.items()} | ONCE


@pytest.mark.parametrize("caption", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("settings", [TextSettings(), TextSettings(True, True, "english", 3)], ids=["default", "all"])
def test_hostile_captions_take_no_longer_than_others(caption: str, settings: TextSettings) -> None:
    assert cpu_seconds(lambda: tokens(clean(caption, settings), settings.ngrams), 1) < 1


def test_leading_zeros_of_an_entity_do_not_count() -> None:
    assert clean(ONCE["zeros"]) == "a"
    assert clean(ONCE["a number"] + "; b") == "b"


@pytest.mark.parametrize("piece", ["<script", "<!--", "<style>", "</script "])
def test_time_grows_with_the_length_and_not_its_square(piece: str) -> None:
    def seconds(times: int) -> float:
        return min(cpu_seconds(lambda: remove_tags(piece * times), 60) for _ in range(3))

    assert seconds(64_000) < 24 * seconds(8_000)


def removed_slowly(text: str) -> str:
    """Take tags out by reading character after character, each opening on its own."""
    lower, kept, here = text.lower(), "", 0
    while here < len(text):
        end = next((end for end in _ends(text, lower, here) if end), 0)
        kept, here = (kept + " ", end) if end else (kept + text[here], here + 1)
    return kept


def _ends(text: str, lower: str, here: int) -> list[int]:
    ends = []
    for opening, closing in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
        close = lower.find(closing, here + len(opening))
        after = lower[here + len(opening) : here + len(opening) + 1]
        whole = opening == "<!--" or not (after.isalnum() or after == "_")
        ends.append(close + len(closing) if lower.startswith(opening, here) and whole and close >= 0 else 0)
    name = here + (2 if lower.startswith("</", here) else 1)
    close, again = text.find(">", here), text.find("<", here + 1)
    is_tag = text[here] == "<" and lower[name : name + 1].isalpha() and close >= 0 and (again < 0 or close < again)
    return [*ends, close + 1 if is_tag else 0]


PARTS = ["<", ">", "/", "!--", "--", "-->", "<script", "</script>", "<Style", "</style>", "<!--", "<b>", "a", " ", "1"]


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_tags_are_those_that_a_slow_reader_finds(text: str) -> None:
    assert remove_tags(text)[0] == removed_slowly(text)
