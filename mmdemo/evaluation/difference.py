"""A difference of two accuracies on the same pairs, its interval and its test, and what both support."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.evaluation.significance import SIGNIFICANT, mcnemar_p, sides
from mmdemo.model.heads import FUSED, head_without


class Outcome(StrEnum):
    """What interval and test say together: the same, that nothing is clear, or one thing against the other."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    ONLY_INTERVAL = "only-interval"
    ONLY_TEST = "only-test"
    OPPOSED = "opposed"


@dataclass(frozen=True)
class Difference:
    """How much more of the same pairs one classifier answers right than another.

    accuracy: difference of the accuracies (−1…1), with its 95 % interval `ci95`.
    mcnemar_p: exact two-sided p-value that as many groups of pairs get better as get worse.
    fixed, broken: pairs that only the one, or only the other, gets right.
    better, worse: groups of pairs of which the one, or the other, gets more right.
    """

    accuracy: float
    ci95: tuple[float, float]
    mcnemar_p: float
    fixed: int
    broken: int
    better: int
    worse: int

    @property
    def outcome(self) -> Outcome:
        """What both the interval and the test support."""
        low, high = self.ci95
        interval = 1 if low > 0 else -1 if high < 0 else 0
        test = int(np.sign(self.better - self.worse)) if self.mcnemar_p < SIGNIFICANT else 0
        if interval == test:
            return (Outcome.UNCLEAR, Outcome.BETTER, Outcome.WORSE)[interval]
        return Outcome.OPPOSED if interval and test else Outcome.ONLY_INTERVAL if interval else Outcome.ONLY_TEST


@dataclass(frozen=True)
class Added(Difference):
    """What a modality adds to all the others: the fused head against `over`, the head that reads all but it."""

    modality: str
    over: str

    @property
    def helps(self) -> bool:
        """Whether both the interval and the test say that it helps."""
        return self.outcome == Outcome.BETTER


def difference(one: np.ndarray, other: np.ndarray, group: np.ndarray | None = None) -> Difference:
    """Return the difference of two classifiers: which pairs each gets right, bool (n,), and their groups, int (n,)."""
    change = one.astype(int) - other
    better, worse = sides(change, group)
    return Difference(
        accuracy=float(change.mean()),
        ci95=mean_interval(change, group, (-1.0, 1.0)),
        mcnemar_p=mcnemar_p(better, worse),
        fixed=int((change > 0).sum()),
        broken=int((change < 0).sum()),
        better=better,
        worse=worse,
    )


def added(tested: HeldOut) -> dict[str, Added]:
    """Return what each modality adds; empty where there is only one."""
    if FUSED not in tested.heads:
        return {}
    found = {}
    for modality in tested.modalities:
        over = head_without(modality, tested.modalities)
        assert over is not None  # a fused head reads several
        one = difference(tested.right(FUSED), tested.right(over), tested.groups)
        found[modality] = Added(**vars(one), modality=modality, over=over)
    return found
