"""Compare two models on the same pairs: which answers more of them right, and how certain that is."""

from dataclasses import dataclass

import numpy as np

from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.summary import ModelSummary
from mmdemo.evaluation.difference import Difference, Outcome, difference
from mmdemo.evaluation.sentences import disagreement, measured
from mmdemo.model.heads import best_informed


@dataclass(frozen=True)
class Comparison:
    """The best-informed head of one model against another's, on the same n held-out pairs."""

    n: int
    difference: Difference

    def verdict(self, one: str, other: str) -> str:
        """Return in plain English, with the models' names, what both interval and test support.

        >>> Comparison(9, Difference(0.0, (-0.1, 0.1), 1.0, 0, 0, 0, 0)).verdict("A", "B")
        'A and B are right on exactly the same of the 9 pairs.'
        """
        found = self.difference
        if not found.fixed + found.broken:
            return f"{one} and {other} are right on exactly the same of the {self.n:,} pairs."
        match found.outcome:
            case Outcome.BETTER:
                opening = f"{one} answers more of the same {self.n:,} pairs right than {other}"
            case Outcome.WORSE:
                opening = f"{one} answers fewer of the same {self.n:,} pairs right than {other}"
            case Outcome.UNCLEAR:
                opening = f"No clear difference between {one} and {other} on the same {self.n:,} pairs"
            case _:
                compared = f"{one} compared with {other} on the same {self.n:,} pairs"
                return f"{compared}: {measured(found)}. {disagreement(found)}"
        return f"{opening}: {measured(found)}."


def compare(one: ModelSummary, other: ModelSummary) -> Comparison | None:
    """Compare two models; None unless both have the same held-out pairs.

    Raises a BundleError when a model's files cannot be read.
    """
    if one.manifest["dataset"]["fingerprint"] != other.manifest["dataset"]["fingerprint"]:
        return None
    (ids, group, right), (other_ids, _, other_right) = _answers(one), _answers(other)
    if not np.array_equal(ids, other_ids):
        return None
    return Comparison(len(ids), difference(right, other_right, group))


def _answers(model: ModelSummary) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the held-out ids, sorted, their groups, int (n,), and whether the best-informed head is right (n,)."""
    tested = BundleFiles(model.folder).read_held_out(tuple(model.manifest["classes"]), model.evaluation.heads)
    order = np.argsort(tested.ids)
    return tested.ids[order], tested.groups[order], tested.right(best_informed(tested.heads))[order]
