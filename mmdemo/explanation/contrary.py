"""Where taking units out moves a class's probability against their colour, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.explanation.explain import Explanation
from mmdemo.model.certainty import percent
from mmdemo.model.model import Prediction
from mmdemo.model.probabilities import softmax

_LEAST = 0.005  # of a probability: less is not seen on the page
_TINY = 1e-12


@dataclass(frozen=True)
class Contrary:
    """What was taken out: the class's probability with and without it (0–1), and the class that this is due to.

    third: None where no third class is the reason, but that what is left is read differently.
    """

    unit: Any
    was: float
    now: float
    third: str | None

    def sentence(self, what: str, label: str, more: int = 0) -> str:
        """Return why the probability moves the other way; what: the name of what was taken out. more: units like it.

        >>> Contrary("red", 0.74, 0.76, "plants").sentence("“red”", "food")
        'Without “red”, “food” goes from 74% up to 76%, although it is blue: it supports “plants” even more.'
        """
        up = self.now > self.was
        way, colour, does = ("up", "blue", "supports") if up else ("down", "orange", "opposes")
        why = f"it {does} “{self.third}” even more" if self.third else "what is left is read differently without it"
        moved = f"“{label}” goes from {percent(self.was)} {way} to {percent(self.now)}"
        also = f" The same goes for {more:,} more." if more else ""
        return f"Without {what}, {moved}, although it is {colour}: {why}.{also}"


def contrary(explained: Explanation, name: str, label: str, other: str | None) -> list[Contrary]:
    """Return the units whose removal was tried, one at a time, and does so, those that move most first.

    explained: as `explain` gives it. other: the class that the label is compared with; None for its score alone.
    """
    if name not in explained.removals:
        return []
    units, losses = explained.all_units(name)
    k = explained.classes.index(label)
    shown = losses[k] - (0 if other is None else losses[explained.classes.index(other)])
    before, after = softmax(explained.logits), softmax((explained.logits[:, np.newaxis] - losses).T)
    found = [
        Contrary(units[place], float(before[k]), float(after[place, k]), _third(before, after[place], k, explained))
        for place in np.argsort(-np.abs(after[:, k] - before[k]), kind="stable")
        if _differs(float(shown[place]), float(after[place, k] - before[k]))
    ]
    return found


def taken_out(
    explained: Explanation, label: str, taken: Mapping[str, Collection[int]], before: Prediction, after: Prediction
) -> Contrary | None:
    """Return what happened without all that was taken out, if it is contrary to the sum of their colours.

    explained: as `against` or `alone` gives it. taken: modality → places of its removable units.
    """
    shown = sum(_sum(explained.units(name, label)[1], places) for name, places in taken.items() if places)
    k = explained.classes.index(label)
    was, now = before.probabilities, after.probabilities
    if not _differs(shown, float(now[k] - was[k])):
        return None
    odds = np.log(now + _TINY) - np.log(was + _TINY)
    lead = odds[k] - (odds[explained.classes.index(explained.other)] if explained.other else 0)
    third = _third(was, now, k, explained) if shown * lead <= 0 else None
    return Contrary(None, float(was[k]), float(now[k]), third)


def _sum(values: np.ndarray, places: Collection[int]) -> float:
    return float(sum(values[place] for place in places if place < len(values)))


def _differs(shown: float, gained: float) -> bool:
    """Return whether what supports a class by its colour raises the class when it is taken out, or the reverse."""
    return shown * gained > 0 and abs(gained) >= _LEAST


def _third(before: np.ndarray, after: np.ndarray, k: int, explained: Explanation) -> str:
    """Return the class, not the k-th, that moved most in the other direction."""
    moved = (before - after) * np.sign(after[k] - before[k])
    moved[k] = -np.inf
    return explained.classes[int(moved.argmax())]
