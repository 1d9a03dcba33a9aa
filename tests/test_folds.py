"""In which fold a pair is held out: a function of row keys alone, the same for any program that computes it."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from mmdemo.training.folds import NEVER, first_fold, folds_of, one_split, place_in_line

PAIRS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc")), min_size=1, max_size=80)


def by_hand(groups: list[str], labels: list[str], folds: int, seed: int) -> list[int]:
    """The rule as the documentation words it, written again: nothing of the library's code."""

    def number(key: str) -> int:
        return int(hashlib.sha256(key.encode("utf-8")).hexdigest()[:16], 16)

    def label_of(group: str) -> str:
        counts = Counter(label for other, label in zip(groups, labels, strict=True) if other == group)
        most = max(counts.values())
        return sorted(label for label, count in counts.items() if count == most)[0]

    of = {group: label_of(group) for group in groups}
    found = {}
    for group, label in of.items():
        before = [other for other in of if of[other] == label and number(f"{seed} {other}") < number(f"{seed} {group}")]
        found[group] = (number(f"{seed} {label}") + len(before)) % folds
    return [found[group] for group in groups]


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.sampled_from([3, 5, 10]), st.integers(0, 99))
def test_folds_are_what_the_rule_says(pairs: list[tuple[int, str]], folds: int, seed: int) -> None:
    groups, labels = [f"g{group}" for group, _ in pairs], [label for _, label in pairs]
    assert folds_of(groups, labels, folds, seed).tolist() == by_hand(groups, labels, folds, seed)


def test_the_fold_of_a_pair_follows_from_its_place_in_line_and_the_first_fold_of_its_label() -> None:
    line = sorted((f"g{i}" for i in range(23)), key=lambda group: place_in_line(group, 7))
    start = first_fold("a label", 5, 7)
    assert folds_of(line, ["a label"] * 23, 5, 7).tolist() == [(start + rank) % 5 for rank in range(23)]
    assert 0 <= place_in_line("g1", 7) < 2**64
    assert place_in_line("g1", 7) != place_in_line("g1", 8)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.randoms())
def test_groups_stay_together_and_the_order_of_the_rows_does_not_matter(pairs, random) -> None:
    shuffled = random.sample(pairs, len(pairs))
    once, again = (
        dict(zip(rows, folds_of([f"g{g}" for g, _ in rows], [x for _, x in rows], 5, 42).tolist(), strict=True))
        for rows in (pairs, shuffled)
    )
    assert once == again
    by_group = {group: {fold for (other, _), fold in once.items() if other == group} for group, _ in pairs}
    assert all(len(folds) == 1 for folds in by_group.values())


@pytest.mark.parametrize("sizes", [(50, 50), (90, 31, 12), (8,) * 200])
def test_each_class_is_divided_evenly_and_so_are_the_folds(sizes: tuple[int, ...]) -> None:
    labels = [f"label {i}" for i, size in enumerate(sizes) for _ in range(size)]
    found = folds_of([f"row {i}" for i in range(len(labels))], labels, 5, 42)
    for i, size in enumerate(sizes):
        counts = np.bincount(found[np.array(labels) == f"label {i}"], minlength=5)
        assert counts.sum() == size
        assert counts.max() - counts.min() <= 1
    whole = np.bincount(found, minlength=5)
    assert whole.max() - whole.min() <= max(3, 0.2 * len(labels) / 5)  # not all classes begin with the same fold


def test_the_seed_decides() -> None:
    rows, labels = [f"row {i}" for i in range(60)], ["a", "b"] * 30
    assert folds_of(rows, labels, 5, 1).tolist() != folds_of(rows, labels, 5, 2).tolist()
    assert one_split(rows, 1).tolist() != one_split(rows, 2).tolist()


@pytest.mark.parametrize("n", [10, 144, 719])
def test_the_one_split_is_exactly_that_of_the_article(n: int) -> None:
    rows = [f"row {i}" for i in range(n)]
    _, wanted = train_test_split(rows, test_size=0.2, random_state=42)
    found = one_split(rows, seed=42)
    assert {rows[i] for i in np.flatnonzero(found == 0)} == set(wanted)
    assert set(found) == {0, NEVER}


def test_the_one_split_keeps_groups_together() -> None:
    groups = [f"group {i // 3}" for i in range(90)]
    found = one_split(groups, seed=42)
    assert all(len(set(found[i : i + 3])) == 1 for i in range(0, 90, 3))
    assert (found == 0).sum() == 18
