"""Classes with too few different pairs are told from counts alone, as from the rows that were counted."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.datasets.rare_classes import check_classes, rare_by_counts, rare_classes
from mmdemo.errors import DatasetError


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 8)), max_size=40))
def test_counts_tell_what_the_rows_do(pairs: list[tuple[str, int]]) -> None:
    labels = pd.Series([label for label, _ in pairs], dtype="str")
    group = np.array([f"g{group}" for _, group in pairs], dtype=object)
    rows, different = Counter(label for label, _ in pairs), Counter(label for label, _ in set(pairs))
    found = rare_by_counts(rows, different)
    assert found == rare_classes(labels, group)
    assert list(found) == sorted(label for label, count in different.items() if count < 5)


@pytest.mark.parametrize(("rows", "different", "reason"), [
    (1, 1, "has only 1 row; a class needs 5 different pairs"),
    (4, 4, "has only 4 rows; a class needs 5 different pairs"),
    (1_200, 1, "has 1,200 rows that are only one pair; a class needs 5"),
])  # fmt: skip
def test_the_reason(rows: int, different: int, reason: str) -> None:
    assert rare_by_counts({"ox": rows, "cat": 9}, {"ox": different, "cat": 5}) == {"ox": reason}


@pytest.mark.parametrize("kind", [list, set, tuple, dict.fromkeys, lambda labels: pd.Series(list(labels), dtype="str")])
def test_classes_are_checked_in_whatever_holds_them(kind) -> None:
    check_classes(kind(["ox", "cat"]), {})
    with pytest.raises(DatasetError, match="No row has a label"):
        check_classes(kind([]), {})
    with pytest.raises(DatasetError, match=r"only one class that can be used \('cat'\).*class 'ox', which is rare"):
        check_classes(kind(["ox", "cat"]), {"ox": "is rare"})
