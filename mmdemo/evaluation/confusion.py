"""The confusion matrix, and how well each class is recognised."""

import math
from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval


@dataclass(frozen=True)
class Rate:
    """A share of n cases (0–1) with its 95 % interval; NaN where there is no case."""

    value: float
    n: int
    ci95: tuple[float, float]


@dataclass(frozen=True)
class ClassReport:
    """The metrics of one class.

    support: how many of the pairs belong to it. answered: how many got it as the answer.
    precision: share of those answers that are right. recall: share of its pairs that got it as the answer.
    f1: harmonic mean of the two.
    """

    label: str
    support: int
    answered: int
    precision: Rate
    recall: Rate
    f1: Rate


@dataclass(frozen=True)
class Mistake:
    """How many of the `support` pairs of a label were given another class as the answer."""

    label: str
    answer: str
    pairs: int
    support: int


def confusion_matrix(labels: np.ndarray, guesses: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Return int (k, k): how many pairs of each true class (row) were given each answer (column).

    labels, guesses: str (n,). classes: sorted.

    >>> confusion_matrix(np.array(["a", "a", "b"]), np.array(["a", "b", "b"]), ("a", "b")).tolist()
    [[1, 1], [0, 1]]
    """
    matrix = np.zeros((len(classes), len(classes)), int)
    np.add.at(matrix, (np.searchsorted(classes, labels), np.searchsorted(classes, guesses)), 1)
    return matrix


def class_reports(tested: HeldOut, head: str) -> tuple[ClassReport, ...]:
    """Return the metrics of each class with this head."""
    guesses, reports = tested.guesses(head), []
    for label in tested.classes:
        true, given = tested.labels == label, guesses == label
        reports.append(
            ClassReport(
                label=label,
                support=int(true.sum()),
                answered=int(given.sum()),
                precision=_rate(true[given], tested.groups[given]),
                recall=_rate(given[true], tested.groups[true]),
                f1=_f1(_rate((true & given)[true | given], tested.groups[true | given])),
            )
        )
    return tuple(reports)


def mistakes(matrix: np.ndarray, classes: tuple[str, ...]) -> tuple[Mistake, ...]:
    """Return every cell off the diagonal that holds pairs, the fullest first.

    >>> mistakes(np.array([[9, 1], [3, 2]]), ("a", "b"))[0]
    Mistake(label='b', answer='a', pairs=3, support=5)
    """
    wrong, support = matrix - np.diag(np.diag(matrix)), matrix.sum(axis=1)
    cells = np.argwhere(wrong)
    fullest = cells[np.argsort(-wrong[tuple(cells.T)], kind="stable")]
    return tuple(Mistake(classes[i], classes[j], int(wrong[i, j]), int(support[i])) for i, j in fullest)


def most_mixed_up(matrix: np.ndarray, most: int) -> tuple[int, ...]:
    """Return the places of `most` classes, in order: those of the fullest cells off the diagonal, then the first ones.

    >>> most_mixed_up(np.array([[9, 0, 0], [0, 5, 4], [0, 1, 2]]), 2)
    (1, 2)
    """
    places = range(len(matrix))
    mixed = (int(name) for one in mistakes(matrix, tuple(map(str, places))) for name in (one.label, one.answer))
    return tuple(sorted(list(dict.fromkeys([*mixed, *places]))[:most]))


def _rate(right: np.ndarray, group: np.ndarray) -> Rate:
    return Rate(float(right.mean()) if len(right) else math.nan, len(right), mean_interval(right, group))


def _f1(overlap: Rate) -> Rate:
    """Return F1 of the share F* = TP / (TP + FP + FN), as F1 = 2 F* / (1 + F*); the interval goes the same way.

    Source: Hand, Christen and Kirielle (2021), "F*: an interpretable transformation of the F-measure".
    """
    low, high = (2 * bound / (1 + bound) for bound in overlap.ci95)
    return Rate(2 * overlap.value / (1 + overlap.value), overlap.n, (low, high))
