"""The units of a value that an explanation divides an answer among: what they are called, and how to take them out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence


def _none(evidence: Evidence) -> tuple[Any, ...]:
    return ()


def _no_features(encoder: Encoder, evidence: Evidence) -> Any:
    return np.zeros((0, len(evidence.features)))


def _no_hints(evidence: Evidence, coef: np.ndarray) -> np.ndarray:
    return np.zeros((len(coef), 0))


def _unchanged(encoder: Encoder, evidence: Evidence, places: Collection[int]) -> Evidence | None:
    return evidence


@dataclass(frozen=True)
class Units:
    """The units of a modality's values, such as the words of a caption.

    nouns: what they are called.
    summed_as: the name under which a unit's part is added up in charts; None where each is listed.
    removable: the units of a value that can be taken out, in the order of its part's units; by default none.
    without: function of (encoder, evidence, places of removable units) to the evidence without them, computed again;
    None when nothing is left of the value.
    without_each: function of (encoder, evidence) to the features (m, d) without each of the first m removable units,
    one at a time, of a value that has more than one; by default m is 0.
    hints: function of (evidence, coefficients (k, d)) to a guess of what each removable unit adds to k logits, (k, u),
    where this cannot be said exactly: those that support an answer most are taken out first.
    tries: how many small sets of units may be taken out, one set at a time, to find what changes an answer.
    effort: function of the evidence to how many times it may be computed again for that, all in all.
    """

    nouns: str = "parts"
    summed_as: Callable[[Any], str] | None = None
    removable: Callable[[Evidence], tuple[Any, ...]] = _none
    without: Callable[[Encoder, Evidence, Collection[int]], Evidence | None] = _unchanged
    without_each: Callable[[Encoder, Evidence], Any] = _no_features
    hints: Callable[[Evidence, np.ndarray], np.ndarray] = _no_hints
    tries: int = 400
    effort: Callable[[Evidence], int] = lambda evidence: 2_000
