"""Labels as people write them become classes: one for each meaning, and what was merged is said."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.datasets.labels import one_spelling, refusal, spellings, tidied


@pytest.mark.parametrize(("written", "label"), [
    ("  cars  &   bikes ", "cars & bikes"), ("cars\u00a0& bikes", "cars & bikes"),
    ("cars\u200b& bikes", "cars & bikes"), ("cars\u3000& bikes", "cars & bikes"),
    ("cars &\r\nbikes", "cars & bikes"), ("\ufeffcars", "cars"),
    ("cafe\u0301", "café"), ("co\u00adop", "coop"), ("\u200b", ""),
    ("\u200fרכב\u200e", "רכב"), ("\u202bסוס\u202c \u2067x\u2069", "סוס x"),
    ("👩\u200d🚀", "👩\u200d🚀"),
])  # fmt: skip
def test_one_form(written: str, label: str) -> None:
    assert tidied(written) == label
    assert not refusal(label)


@given(st.text(max_size=30))
def test_a_tidied_label_stays_as_it_is(written: str) -> None:
    assert tidied(tidied(written)) == tidied(written)


def test_what_cannot_be_a_label() -> None:
    assert refusal("x" * 201) == "has a label of 201 characters; at most 200 are allowed"
    assert refusal("a\0b") == "has a control character in its label"


def test_case_is_merged_into_the_most_frequent_spelling_and_said() -> None:
    labels, notes = one_spelling(["cat", "Cat", "Cat", "dog", "STRASSE", "straße", "straße"])
    assert labels == ["Cat", "Cat", "Cat", "dog", "straße", "straße", "straße"]
    assert notes == ("Labels that differ only in case were merged: 'cat' (1) into 'Cat', 'STRASSE' (1) into 'straße'.",)


def test_whole_numbers_lose_their_point_where_all_are_numbers() -> None:
    assert one_spelling(["1", "1.0", "2.00", ""])[0] == ["1", "1", "2", ""]
    assert one_spelling(["1.0", "v1.0"])[0] == ["1.0", "v1.0"]


LABELS = st.sampled_from(["cat", "Cat", "CAT", "dog", "STRASSE", "straße", "1", "1.0", "1.00", "2.5", ""])


@given(st.lists(LABELS, max_size=20), st.randoms())
def test_counts_are_enough_to_choose_the_spellings_in_whatever_order_they_come(labels: list[str], random) -> None:
    counts = list(Counter(labels).items())
    chosen, notes = spellings(dict(random.sample(counts, len(counts))))
    assert one_spelling(labels) == ([chosen[label] for label in labels], notes)


def test_counts_of_one_number_written_differently_are_added_up() -> None:
    assert spellings({"7.0": 1, "7": 1, "7.5": 4}) == ({"7.0": "7", "7": "7", "7.5": "7.5"}, ())
    chosen, notes = spellings({"a": 3, "A": 1})
    assert chosen == {"a": "a", "A": "a"}
    assert notes == ("Labels that differ only in case were merged: 'A' (1) into 'a'.",)
