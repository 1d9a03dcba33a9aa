"""Compare two models on the same pairs: which answers more of them right, and how certain that is."""

from dataclasses import dataclass

import numpy as np

from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.summary import ModelSummary
from mmdemo.evaluation.evaluate import SIGNIFICANT, points, predicted
from mmdemo.evaluation.significance import gain_interval, mcnemar_p
from mmdemo.model.heads import best_informed


@dataclass(frozen=True)
class Comparison:
    """The best-informed head of one model against another's.

    n: the held-out pairs, the same for both. difference: accuracy of the first minus that of the second (−1…1),
    with its paired bootstrap 95 % interval `ci95` and the exact p-value of McNemar's test. alike: whether both are
    right on exactly the same pairs.
    """

    n: int
    difference: float
    ci95: tuple[float, float]
    mcnemar_p: float
    alike: bool = False

    def verdict(self, one: str, other: str) -> str:
        """Return one plain sentence with the models' names.

        >>> Comparison(100, 0.05, (0.01, 0.09), 0.03).verdict("A", "B")
        'A answers more of the same 100 pairs right than B: +5.0 points, 95 % interval +1.0 to +9.0.'
        """
        low, high = self.ci95
        numbers = f"{points(self.difference)} points, 95 % interval {points(low)} to {points(high)}"
        if self.alike:
            return f"{one} and {other} are right on exactly the same of the {self.n:,} pairs."
        if low <= 0 <= high or self.mcnemar_p >= SIGNIFICANT:
            return f"No evidence on the same {self.n:,} pairs that {one} and {other} differ: {numbers}."
        which = "more" if low > 0 else "fewer"
        return f"{one} answers {which} of the same {self.n:,} pairs right than {other}: {numbers}."


def compare(one: ModelSummary, other: ModelSummary) -> Comparison | None:
    """Compare two models; None unless both have the same held-out pairs.

    Raises a BundleError when a model's files cannot be read.
    """
    if one.manifest["dataset"]["fingerprint"] != other.manifest["dataset"]["fingerprint"]:
        return None
    (ids, right), (other_ids, other_right) = _answers(one), _answers(other)
    if not np.array_equal(ids, other_ids):
        return None
    more, fewer, n = int((right & ~other_right).sum()), int((other_right & ~right).sum()), len(ids)
    return Comparison(n, (more - fewer) / n, gain_interval(more, fewer, n), mcnemar_p(more, fewer), not more + fewer)


def _answers(model: ModelSummary) -> tuple[np.ndarray, np.ndarray]:
    """Return the held-out ids, sorted, and whether the fused (or only) head answers each right, bool (n,)."""
    test = BundleFiles(model.folder).read_arrays("test.npz")
    head = best_informed(model.evaluation.heads)
    right = predicted(test[head], tuple(model.manifest["classes"])) == test["labels"]
    order = np.argsort(test["ids"])
    return test["ids"][order], right[order]
