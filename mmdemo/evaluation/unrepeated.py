"""How the results change without the held-out pairs of which something also stands in training."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.difference import Added, added
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval, per_group, percentiles

_FEWEST_LEFT = 0.1  # of all pairs


@dataclass(frozen=True)
class HeadUnrepeated:
    """One head without the repeated pairs.

    accuracy: on the others (0–1), with its 95 % interval `ci95`. change: that minus the accuracy on all (−1…1).
    excess: accuracy on the repeated pairs minus that on the others (−1…1), with its 95 % interval `excess_ci95`.
    """

    accuracy: float
    ci95: tuple[float, float]
    change: float
    excess: float
    excess_ci95: tuple[float, float]

    @property
    def loud(self) -> bool:
        """Whether repeated pairs are easier by more than chance: the results may be too good."""
        return self.excess_ci95[0] > 0


@dataclass(frozen=True)
class Unrepeated:
    """The results without the repeated pairs: n are left, and `repeated` are not.

    heads: head → how it does on those that are left; adds: what each modality then adds. Empty where none is left.
    """

    n: int
    repeated: int
    heads: Mapping[str, HeadUnrepeated]
    adds: Mapping[str, Added]

    @property
    def loud(self) -> bool:
        """Whether the results may be too good: repeated pairs are easier for some head, or too few others are left."""
        return self.few or any(found.loud for found in self.heads.values())

    @property
    def few(self) -> bool:
        """Whether too few pairs are left to tell if the repeated ones are easier."""
        return self.n < _FEWEST_LEFT * (self.n + self.repeated)


def unrepeated(tested: HeldOut) -> Unrepeated | None:
    """Return the results without the repeated pairs, None where there are none."""
    repeated = int(tested.repeated.sum())
    if not repeated:
        return None
    rest = tested.where(~tested.repeated)
    if not len(rest.ids):
        return Unrepeated(0, repeated, {}, {})
    heads = {head: _head(tested.right(head), tested.repeated, tested.groups) for head in tested.heads}
    return Unrepeated(len(rest.ids), repeated, heads, added(rest))


def excess_interval(right: np.ndarray, repeated: np.ndarray, group: np.ndarray | None = None) -> tuple[float, float]:
    """Return the 95 % interval of the accuracy on the repeated pairs minus that on the others; see `mean_interval`.

    right, repeated: bool (n,), some repeated and some not. group: int (n,).
    """
    parts = [right & repeated, repeated, right & ~repeated, ~repeated]
    sums = per_group(np.stack(parts, axis=1).astype(float), group)
    size = len(right) / len(sums)
    extremes = size * np.array([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    return percentiles(sums, extremes, 0.5, lambda drawn: drawn[:, 0] / drawn[:, 1] - drawn[:, 2] / drawn[:, 3])


def _head(right: np.ndarray, repeated: np.ndarray, group: np.ndarray) -> HeadUnrepeated:
    rest = right[~repeated]
    return HeadUnrepeated(
        accuracy=float(rest.mean()),
        ci95=mean_interval(rest, group[~repeated]),
        change=float(rest.mean() - right.mean()),
        excess=float(right[repeated].mean() - rest.mean()),
        excess_ci95=excess_interval(right, repeated, group),
    )
