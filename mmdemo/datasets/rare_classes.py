"""Classes with too few different pairs to train and evaluate on: left out with a reason, or merged into one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.datasets.left_out import SMALL_CLASS, LeftOut
from mmdemo.datasets.wording import listed, shown
from mmdemo.errors import DatasetError

FEWEST = 5
"""Different pairs of a class: with fewer, some folds could not be answered by a model that knows the class."""
OTHER = "other"
_SAID = 3  # classes in an error
_NOTED = 20  # classes that each have a note
_REMEDY = "add pairs to the class, or merge it into another"


@dataclass(frozen=True)
class UsedClasses:
    """labels: row id → label, rare classes merged where that is wished. left_out: label → why it is left out.

    notes: on what was merged. problem: why no model can be trained on these rows, "" if one can.
    """

    labels: pd.Series
    left_out: Mapping[str, str]
    notes: tuple[str, ...]
    problem: str


def used_classes(labels: pd.Series, group: np.ndarray, rare: str) -> UsedClasses:
    """Return what becomes of the classes of labelled rows: none is left out where fewer than two would be left.

    labels: (n,). group: str (n,), as in `rare_classes`. rare: as in `ColumnMapping`.
    """
    note = ""
    if rare == "other":
        labels, note = merged(labels, group)
    reasons = rare_classes(labels, group)
    notes = (note,) if note else ()
    try:
        check_classes(labels, reasons)
    except DatasetError as error:
        return UsedClasses(labels, {}, notes, str(error))
    return UsedClasses(labels, reasons, notes, "")


def rare_classes(labels: pd.Series, group: np.ndarray) -> dict[str, str]:
    """Return label → why it cannot be used, a clause on it, of each class with fewer than FEWEST different pairs.

    labels: (n,). group: str (n,), equal for pairs that stay together, such as copies: they count as one pair.

    >>> rare_classes(pd.Series(["ox"] * 12 + ["cat"] * 5), np.array([*"aaaabbbbcccc", *"defgh"]))
    {'ox': 'has 12 rows that are only 3 different pairs; a class needs 5'}
    """
    pairs = pd.DataFrame({"label": labels.to_numpy(), "group": group})
    different = pairs.drop_duplicates()["label"]
    return rare_by_counts(_counts(labels), _counts(different))


def rare_by_counts(rows: Mapping[str, int], different: Mapping[str, int]) -> dict[str, str]:
    """Return what `rare_classes` does; label → how many rows it has, and → how many different pairs they are.

    >>> rare_by_counts({"ox": 12, "cat": 5}, {"ox": 3, "cat": 5})
    {'ox': 'has 12 rows that are only 3 different pairs; a class needs 5'}
    """
    return {label: _reason(rows[label], different[label])
            for label in sorted(rows) if different[label] < FEWEST}  # fmt: skip


def left_out_of(labels: pd.Series, reasons: Mapping[str, str]) -> tuple[LeftOut, ...]:
    """Return the rows of these classes, each with why; labels: row id → label."""
    whys = {label: (f"is of the {_class(label, reason)}", _REMEDY, SMALL_CLASS) for label, reason in reasons.items()}
    return tuple(LeftOut(str(row), *whys[label]) for row, label in labels.items() if label in whys)


def merged(labels: pd.Series, group: np.ndarray) -> tuple[pd.Series, str]:
    """Return the labels with the rare classes as the class `OTHER`, and a note on that.

    The same labels and "" where there are no rare classes, or they would be a rare one together.

    >>> merged(pd.Series(["ox"] * 3 + ["cow"] * 2 + ["cat"] * 5), np.arange(10))[0].unique().tolist()
    ['other', 'cat']
    >>> merged(pd.Series(["ox", "cow", *["cat"] * 5]), np.arange(7))[0].unique().tolist()
    ['ox', 'cow', 'cat']
    """
    rare = list(rare_classes(labels, group))
    if not rare:
        return labels, ""
    together = labels.where(~labels.isin(rare), OTHER)
    if OTHER in rare_classes(together, group):
        return labels, ""
    count = int(labels.isin(rare).sum())
    return together, merged_note(rare, count)


def merged_note(labels: Collection[str], rows: int) -> str:
    """Return a note on classes that were merged.

    >>> merged_note(["cow", "ox"], 5)
    "Merged into the class 'other': 'cow', 'ox' (5 rows)."
    """
    return f"Merged into the class {OTHER!r}: {listed([repr(label) for label in labels])} ({rows:,} rows)."


def notes_on(reasons: Mapping[str, str]) -> Iterator[str]:
    """Yield a note on each class that is left out; of many, on the first.

    >>> list(notes_on({f"class {number}": "has only 1 row" for number in range(1_000)}))[-2:]
    ["Left out: the class 'class 19', which has only 1 row.", 'Left out, too: 980 more classes that cannot be used.']
    """
    for label, reason in list(reasons.items())[:_NOTED]:
        yield f"Left out: the {_class(label, reason)}."
    if (more := len(reasons) - _NOTED) > 0:
        yield f"Left out, too: {more:,} more class{'es' if more > 1 else ''} that cannot be used."


def check_classes(labels: Collection[str], reasons: Mapping[str, str]) -> None:
    """Raise a DatasetError where fewer than two classes are left; reasons: label → why it is not."""
    if not len(labels):  # a Series has no truth value
        raise DatasetError("No row has a label, so no model can be trained on this data.")
    left = [repr(label) for label in sorted(set(labels)) if label not in reasons]
    if len(left) > 1:
        return
    found = f"only one class that can be used ({left[0]})" if left else "no class that can be used"
    lost = [f"the {_class(label, reason)}" for label, reason in list(reasons.items())[:_SAID]]
    more = f"; and {len(reasons) - _SAID:,} more" if len(reasons) > _SAID else ""
    why = f" Left out: {'; '.join(lost)}{more}." if lost else ""
    raise DatasetError(f"The data has {found}; a classifier needs at least two.{why}")


def _counts(labels: pd.Series) -> dict[str, int]:
    return {str(label): count for label, count in labels.value_counts().items()}


def _class(label: str, reason: str) -> str:
    return f"class {shown(label)}, which {reason}"


def _reason(rows: int, different: int) -> str:
    counted = f"{rows:,} row{'s' if rows > 1 else ''}"
    if different == rows:
        return f"has only {counted}; a class needs {FEWEST} different pairs"
    one = "are only one pair" if different == 1 else f"are only {different:,} different pairs"
    return f"has {counted} that {one}; a class needs {FEWEST}"
