"""Whether a value is like those that a model was trained on, so far as its modality can tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence

FALSE_ALARMS = 0.02
"""The share of held-out pairs, at most, that a warning may name."""


@dataclass(frozen=True)
class Doubt:
    """Why a value may not be what a model can judge.

    kind: such as "language". sentence: what is the matter, for a person. advice: what to do about it.
    """

    kind: str
    sentence: str
    advice: str


class Judge(Protocol):
    """What is known of the values that a model was trained on."""

    def doubt(self, encoder: Encoder, traits: Any) -> Doubt | None:
        """Return why a value of these traits is doubted, None if it is not."""

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is known as plain arrays."""


@dataclass(frozen=True)
class Familiar:
    """How a modality tells whether a value is familiar; `learn` is left out where it cannot.

    traits: function of (encoder, n values) to what is looked at, of each value; by default its features, (n, d).
    trait: function of one value's evidence to the same; by default its features, (d,).
    learn: function of (encoder, traits of n values, int (n,), the fold in which each is held out or −1) to a judge;
    None where there are too few. It names at most `FALSE_ALARMS` of the held-out values when it knows the others only.
    restore: function of a judge's arrays to the judge, None for one of an earlier version that is no longer used;
    raises a ValueError or a KeyError for arrays that are none.
    applies: whether it can tell by this encoder. fewest: held-out values that it takes. most: values that are looked
    at, at most. seconds: for one of them, roughly.
    """

    traits: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None
    trait: Callable[[Evidence], Any] = lambda evidence: evidence.features
    learn: Callable[[Any, Any, np.ndarray], Judge | None] | None = None
    restore: Callable[[Mapping[str, np.ndarray]], Judge | None] | None = None
    applies: Callable[[Encoder], bool] = lambda encoder: True
    fewest: int = 1
    most: int = 1_000
    seconds: float = 0.0


def served_on(fold: np.ndarray) -> np.ndarray:
    """Return which of n values the model for new pairs is trained on, bool (n,): those never held out, else all."""
    never = fold < 0
    return never if never.any() else ~never
