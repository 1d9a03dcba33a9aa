"""Rows of a table that cannot be used, each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be used.

    row: its id, such as "row 12". reason: for a person, a clause or sentence without the row, such as "has no label".
    remedy: what to do about it, "" where the reason says it.
    """

    row: str
    reason: str
    remedy: str = ""
