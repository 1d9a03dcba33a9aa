"""Rows of a table that cannot be used, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from mmdemo.modalities.registry import MODALITIES


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be used.

    row: its id, such as "row 12". reason: for a person, a clause that goes on from the row, such as "has no label".
    remedy: a clause on what to do about it, "" where the reason says it.

    >>> str(LeftOut("row 12", "has no label", "write one"))
    'row 12 has no label: write one.'
    """

    row: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        said = f"{self.row} {self.reason}".rstrip(".")
        return f"{said}: {self.remedy}." if self.remedy else f"{said}."


def nothing_held(modalities: Iterable[str]) -> tuple[str, str]:
    """Return reason and remedy of a row that holds nothing to classify it by; modalities: those it might hold.

    >>> nothing_held(["image", "text"])
    ('holds no image and no caption with at least one word in it', 'add one')
    """
    wanted = [MODALITIES[name].wanted.partition(" ")[2] for name in modalities]
    return f"holds no {' and no '.join(wanted)}", "add one"


def unusable_image(why: str) -> tuple[str, str]:
    """Return reason and remedy of a row whose image cannot be used; why: the sentence that says so, remedy last.

    >>> unusable_image("a.txt is text, not an image; choose a PNG image.")
    ('has an image that cannot be used: a.txt is text, not an image', 'choose a PNG image')
    """
    said, _, remedy = why.rstrip(".").rpartition("; ")
    return f"has an image that cannot be used: {said or remedy}", remedy if said else ""
