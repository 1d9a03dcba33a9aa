"""One thing to know about a dataset, and its wording."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["serious", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing to know about a dataset.

    severity: `serious` spoils training or measurement, `warning` may do so, `note` is good to know.
    title: what it is, in a few words. detail: one or two sentences on what to do. rows: ids of the rows concerned.
    """

    severity: Severity
    title: str
    detail: str
    rows: tuple[str, ...] = ()


def grouped(items: Iterable[tuple[Hashable, str]], key: Callable[[str], Hashable]) -> list[list[str]]:
    """Return the groups of two or more rows, of pairs (row, value), whose values have the same key.

    >>> grouped([("a", "x"), ("b", "y"), ("c", "x")], str)
    [['a', 'c']]
    """
    groups = defaultdict(list)
    for row, value in items:
        groups[key(value)].append(str(row))
    return [rows for rows in groups.values() if len(rows) > 1]


def flat(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the rows of all groups."""
    return tuple(row for rows in groups for row in rows)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "image"), counted(1200, "image"), counted(2, "class has", "classes have")
    ('1 image', '1,200 images', '2 classes have')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
