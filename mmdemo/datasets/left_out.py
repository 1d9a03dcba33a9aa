"""Rows of a table that cannot be used, each with its reason."""

from dataclasses import dataclass


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
