"""Which values of a modality count as equal, said of one value at a time, so that any program can tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.modalities.copies import Report, codes_of, digest_of, shared

LONGEST_KEY = 64  # characters, as many as a SHA-256 has


def key_of_text(text: str) -> str:
    """Return a short text itself, a longer one's digest.

    >>> key_of_text("a red car"), len(key_of_text("a red car" * 20))
    ('a red car', 64)
    """
    return text if len(text) < LONGEST_KEY else digest_of(text)


def _digest(value: Any) -> str | None:
    return None if value is None else digest_of(value)


@dataclass(frozen=True)
class Likeness:
    """What decides whether two values count as equal.

    tied_by: function of a value to a key of at most `LONGEST_KEY` characters: pairs with equal keys must stay on one
    side of every split; None is tied to nothing.
    repeated_by: function of a value to such a key, equal where a value stands twice; None where there is none.
    look: function of a value to what it shows, float32 (w,), None where it shows too little. Values with nearly equal
    looks count as equal, for ties and repeats alike, whatever their keys.
    leaders: function of looks (n, w) to the place of the first one that each nearly equals, int (n,). It is asked about
    one value of each key, in the order of the keys.
    compared: function of (n values, report) to codes, int (n,), by key and look together, −1 for None.
    report: called with the share (0–1) done. The last three are given together, or not at all.
    """

    tied_by: Callable[[Any], str | None] = lambda value: None
    repeated_by: Callable[[Any], str | None] = _digest
    look: Callable[[Any], np.ndarray | None] | None = None
    leaders: Callable[[np.ndarray], np.ndarray] | None = None
    compared: Callable[[Sequence[Any], Report], np.ndarray] | None = None

    def __post_init__(self) -> None:
        """Raise a ValueError where it is not said how looks are compared."""
        if len({function is None for function in (self.look, self.leaders, self.compared)}) > 1:
            raise ValueError("Got some of look, leaders and compared but expected all of them or none.")

    def ties(self, values: Sequence[Any], report: Report = lambda share: None) -> np.ndarray:
        """Return codes of n values, int (n,): pairs of equal codes must stay together; −1 is tied to nothing."""
        return shared(self._codes(self.tied_by, values, report))

    def repeats(self, values: Sequence[Any]) -> np.ndarray:
        """Return codes of n values, int (n,): equal where a value stands twice; −1 for None."""
        return self._codes(self.repeated_by, values, lambda share: None)

    def _codes(self, key_of: Callable[[Any], str | None], values: Sequence[Any], report: Report) -> np.ndarray:
        if self.compared:
            return self.compared(values, report)
        return codes_of([key_of(value) for value in values])
