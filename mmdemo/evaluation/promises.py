"""Whether answers are right as often as the words beside them promise."""

from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.confusion import Rate
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.model.certainty import LEVELS, certainty


@dataclass(frozen=True)
class Promise:
    """The held-out answers of a head that have the same words beside them.

    words: such as "9 of 10 such answers are right". least: the probability (0–1) from which an answer has them.
    right: the share of these that is right.
    """

    words: str
    least: float
    right: Rate

    @property
    def kept(self) -> bool:
        """Whether the interval holds what the words promise, or is above it; where they promise little, always."""
        return self.right.ci95[1] >= self.least


def promises(tested: HeldOut, head: str) -> tuple[Promise, ...]:
    """Return how often a head's held-out answers are right, by the words beside them, the surest first.

    >>> tested = HeldOut(np.array(["a"]), np.array(["cat"]), ("cat", "dog"), {"text": np.array([[0.72, 0.28]])})
    >>> [(one.words, one.right.n, one.right.value) for one in promises(tested, "text")]
    [('7 of 10 such answers are right', 1, 1.0)]
    """
    confidence, right = tested.confidence(head), tested.right(head)
    said = np.searchsorted(LEVELS, confidence, side="right") - 1
    found = []
    for level in np.unique(said)[::-1].tolist():
        chosen, least = said == level, LEVELS[level]
        interval = mean_interval(right[chosen], tested.groups[chosen])
        share = Rate(float(right[chosen].mean()), int(chosen.sum()), interval)
        found.append(Promise(certainty(least), least, share))
    return tuple(found)
