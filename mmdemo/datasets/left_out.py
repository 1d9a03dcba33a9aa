"""Rows of a table that cannot be used, each with its reason, and how many there are of each kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mmdemo.datasets.finding import counted
from mmdemo.datasets.wording import shown
from mmdemo.modalities.registry import MODALITIES

BY_HAND = "left out by hand"
NO_IMAGE, BAD_IMAGE = "with an image that is not there", "with an image that cannot be read"
NO_LABEL, BAD_LABEL = "without a label", "with a label that cannot be used"
NOTHING_HELD = "with nothing to classify by"
SMALL_CLASS = "of a class with too few pairs"
UNUSABLE = "that cannot be read"
Why = tuple[str, str, str]
"""A reason, a remedy and a kind; see `LeftOut`."""


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be used.

    row: its id, such as "row 12". reason: for a person, a clause that goes on from the row, such as "has no label".
    remedy: a clause on what to do about it, "" where the reason says it. kind: a clause that goes on from "3 rows" and
    quotes nothing of them, so that it may leave with a model.

    >>> str(LeftOut("row 12", "has no label", "write one"))
    'row 12 has no label: write one.'
    """

    row: str
    reason: str
    remedy: str = ""
    kind: str = UNUSABLE

    def __str__(self) -> str:
        said = f"{self.row} {self.reason}".rstrip(".")
        return f"{said}: {self.remedy}." if self.remedy else f"{said}."


def kinds_of(rows: Iterable[LeftOut]) -> dict[str, int]:
    """Return kind → how many of the rows are of it."""
    return dict(Counter(row.kind for row in rows))


def kinds_sentence(kinds: Mapping[str, int]) -> str:
    """Return how many rows are left out for which reasons, the most frequent first; "" for none.

    >>> kinds_sentence({SMALL_CLASS: 1, NO_LABEL: 1200})
    'Left out: 1,200 rows without a label, 1 row of a class with too few pairs.'
    """
    in_order = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    said = ", ".join(f"{counted(count, 'row')} {kind}" for kind, count in in_order if count)
    return f"Left out: {said}." if said else ""


def nothing_held(modalities: Iterable[str]) -> Why:
    """Return why a row that holds nothing to classify it by is left out; modalities: those it might hold.

    >>> nothing_held(["image", "text"])[:2]
    ('holds no image and no caption with at least one word in it', 'add one')
    """
    wanted = [MODALITIES[name].wanted.partition(" ")[2] for name in modalities]
    return f"holds no {' and no '.join(wanted)}", "add one", NOTHING_HELD


def unusable_image(why: str) -> Why:
    """Return why a row whose image cannot be used is left out; why: the sentence that says so, remedy last.

    >>> unusable_image("a.txt is text, not an image; choose a PNG image.")[:2]
    ('has an image that cannot be used: a.txt is text, not an image', 'choose a PNG image')
    """
    said, _, remedy = why.rstrip(".").rpartition("; ")
    return f"has an image that cannot be used: {said or remedy}", remedy if said else "", BAD_IMAGE


def missing_file(path: str) -> Why:
    """Return why a row is left out whose image is a path at which there is no file."""
    remedy = "add the file, or put its bytes into the table"
    return f"names {shown(path)}, which is not there", remedy, NO_IMAGE


def unusable_value(modality: str, error: Exception) -> Why:
    """Return why a row is left out of which a modality's cell cannot be read."""
    unusable = f"{MODALITIES[modality].a_noun} that cannot be used"
    return f"has {unusable}: {error}", "", f"with {unusable}"


def such_as(rows: Sequence[LeftOut]) -> str:
    """Return a sentence on rows that are left out, which may be why others are missing; "" for none."""
    return f" {counted(len(rows), 'row is', 'rows are')} left out, such as this: {rows[0]}" if rows else ""
