"""Units whose removal moves a class's probability against their colour, because a third class gains or loses more."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.explanation.explain import Explanation
from mmdemo.model.probabilities import softmax

_LEAST = 0.005  # of a probability: less is not seen on the page


@dataclass(frozen=True)
class Contrary:
    """One unit: the class's probability with and without it (0–1), and the class that this is due to."""

    unit: Any
    was: float
    now: float
    third: str

    def sentence(self, unit: str, label: str, more: int = 0) -> str:
        """Return why the probability moves the other way; unit: its name. more: how many other units do so, too.

        >>> Contrary("red", 0.74, 0.76, "plants").sentence("“red”", "food")
        'Taking out “red” takes “food” from 74% up to 76%, although it is blue: it supports “plants” even more.'
        """
        up = self.now > self.was
        way, colour, does = ("up", "blue", "supports") if up else ("down", "orange", "opposes")
        also = f" The same goes for {more:,} more." if more else ""
        return (
            f"Taking out {unit} takes “{label}” from {self.was:.0%} {way} to {self.now:.0%}, although it is {colour}: "
            f"it {does} “{self.third}” even more.{also}"
        )


def contrary(explained: Explanation, name: str, label: str, other: str | None) -> list[Contrary]:
    """Return the units of a modality's value that do so, by what the logits lose with them, the strongest first.

    explained: as `explain` gives it. other: the class that the label is compared with; None for its score alone.
    """
    units, losses = explained.all_units(name)
    k = explained.classes.index(label)
    shown = losses[k] - (0 if other is None else losses[explained.classes.index(other)])
    before, after = softmax(explained.logits), softmax((explained.logits[:, np.newaxis] - losses).T).T
    gained = after - before[:, np.newaxis]
    found = []
    for place in np.argsort(-np.abs(gained[k]), kind="stable"):
        if shown[place] * gained[k, place] > 0 and abs(gained[k, place]) >= _LEAST:
            rest = np.delete(-gained[:, place] * np.sign(gained[k, place]), k)
            third = np.delete(np.array(explained.classes), k)[rest.argmax()]
            found.append(Contrary(units[place], float(before[k]), float(after[k, place]), str(third)))
    return found
