"""How far a part of some work is, as a share of the whole."""

from collections.abc import Callable

Report = Callable[[float], None]
"""Called with the share that is done, 0–1."""


def portion(report: Report, start: float, of: float, share: float) -> None:
    """Report the share (0–1) of a part that begins at `start` and is `of` the whole."""
    report(start + of * share)
