"""Compare two models on the same pairs: which answers more of them right, and how certain that is."""

from dataclasses import dataclass

import numpy as np

from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.summary import ModelSummary
from mmdemo.evaluation.difference import Difference, Outcome, difference
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.sentences import disagreement, of_hundred_pairs
from mmdemo.evaluation.statistics import measured
from mmdemo.model.heads import best_informed


@dataclass(frozen=True)
class Comparison:
    """The best-informed head of one model against another's, on the same n held-out pairs."""

    n: int
    difference: Difference

    def verdict(self, one: str, other: str) -> str:
        """Return in plain words, with the models' names, what both interval and test support.

        >>> Comparison(9, Difference(0.0, (-0.1, 0.1), 1.0, 0, 0, 0, 0)).verdict("A", "B")
        'A and B are right on exactly the same of the 9 pairs.'
        """
        found = self.difference
        if not found.fixed + found.broken:
            return f"{one} and {other} are right on exactly the same of the {self.n:,} pairs."
        opening = {
            Outcome.BETTER: f"{one} is right more often than {other}",
            Outcome.WORSE: f"{one} is right less often than {other}",
            Outcome.UNCLEAR: f"No clear difference between {one} and {other}",
        }.get(found.outcome, f"Not settled whether {one} is better than {other}")
        said = f"{opening}: {of_hundred_pairs(found)}, measured on the same {self.n:,} pairs. {disagreement(found)}"
        return said.strip()

    def statistics(self) -> str:
        """Return the same in points, with interval and test."""
        return f"{measured(self.difference)} on {self.n:,} pairs"


def compare(one: ModelSummary, other: ModelSummary) -> Comparison | None:
    """Compare two models on the pairs that were held out from both; None where there are none.

    Raises a BundleError when a model's files cannot be read.
    """
    if one.manifest["dataset"]["fingerprint"] != other.manifest["dataset"]["fingerprint"]:
        return None
    tested, others = _held_out(one), _held_out(other)
    _, rows, other_rows = np.intersect1d(tested.ids, others.ids, assume_unique=True, return_indices=True)
    if not len(rows):
        return None
    right, other_right = (each.right(best_informed(each.heads)) for each in (tested, others))
    return Comparison(len(rows), difference(right[rows], other_right[other_rows], tested.groups[rows]))


def _held_out(model: ModelSummary) -> HeldOut:
    return BundleFiles(model.folder).read_held_out(tuple(model.manifest["classes"]), model.evaluation.heads)
