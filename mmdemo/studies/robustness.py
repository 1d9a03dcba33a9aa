"""A model's accuracy when one modality is damaged, exchanged or missing and the others are intact."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import softmax

from mmdemo.evaluation.evaluate import predicted
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import head_without
from mmdemo.model.model import Model

MOST_PAIRS = 400
_SEED = 42
_WRONG_LEVELS = (0.0, 25.0, 50.0, 75.0, 100.0)


@dataclass(frozen=True)
class Curve:
    """Accuracy (0–1) of the heads against the damage done to one modality.

    title, axis: for a person. modality: what is damaged. levels: (m,), from none to the worst.
    accuracy: head → (m,); heads that do not read the modality keep their accuracy.
    """

    title: str
    axis: str
    modality: str
    levels: tuple[float, ...]
    accuracy: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Robustness:
    """The curves of a model on n held-out pairs, out of `of`."""

    n: int
    of: int
    curves: tuple[Curve, ...]


def robustness(
    model: Model, columns: Mapping[str, Sequence[Any]], labels: np.ndarray, report: Callable[[float], None]
) -> Robustness:
    """Return the curves on held-out pairs: modality → values, labels (n,); of more than 400 rows, a random 400.

    A pair of whose value nothing is left, such as a caption without words, counts as one without it: the head for
    exactly what is left answers. report: called with the share that is done (0–1).
    """
    rows = np.sort(np.random.default_rng(_SEED).permutation(len(labels))[:MOST_PAIRS])
    trial = _Trial(model, {name: [columns[name][i] for i in rows] for name in model.encoders}, labels[rows])
    kinds = [kind for modality in model.encoders for kind in _kinds(trial, modality)]
    done, work = 0, sum(len(kind.levels) for kind in kinds)
    curves = []
    for kind in kinds:
        points = []
        for level in kind.levels:
            points.append(trial.accuracies(kind.modality, kind.damage(level) if level else None))
            done += 1
            report(done / work)
        accuracy = {head: tuple(point[head] for point in points) for head in model.heads}
        curves.append(Curve(kind.title, kind.axis, kind.modality, kind.levels, accuracy))
    return Robustness(len(rows), len(labels), tuple(curves))


@dataclass(frozen=True)
class _Damaged:
    """One modality's features (n, d) after damage, and the rows that have none of it left, bool (n,)."""

    features: Any
    missing: np.ndarray


@dataclass(frozen=True)
class _Kind:
    title: str
    axis: str
    modality: str
    levels: tuple[float, ...]
    damage: Callable[[float], _Damaged]


class _Trial:
    """The rows, decoded once, and the intact features of all modalities."""

    def __init__(self, model: Model, columns: Mapping[str, Sequence[Any]], labels: np.ndarray) -> None:
        self.model, self.labels = model, labels
        self.features = model.features(columns)
        self._values = {name: [MODALITIES[name].opened(one) for one in values] for name, values in columns.items()}

    def corrupted(self, modality: str, name: str, level: float) -> _Damaged:
        """Return a modality after the corruption of that name."""
        # The same random numbers at every level, so that what is covered or dropped at one level stays so at the next.
        corruption, key = MODALITIES[modality].corruptions[name], zlib.crc32(name.encode())
        values = [
            corruption.apply(value, level, np.random.default_rng([_SEED, key, row]))
            for row, value in enumerate(self._values[modality])
        ]
        missing = np.array([self.model.is_missing(modality, value) for value in values])
        return _Damaged(self.model.encoders[modality].transform(values), missing)

    def exchanged(self, modality: str, level: float) -> _Damaged:
        """Return one modality with some rows' values taken from rows of another label."""
        rows = exchanged(self.labels.tolist(), level, np.random.default_rng(_SEED))
        return _Damaged(self.features[modality][rows], np.zeros(len(rows), bool))

    def accuracies(self, modality: str, damaged: _Damaged | None) -> dict[str, float]:
        """Return head → accuracy with one modality damaged; None leaves it intact.

        Where nothing is left of it, the head for exactly the other modalities answers instead.
        """
        features = {**self.features, modality: damaged.features} if damaged else self.features
        classes, heads = self.model.classes, self.model.heads
        answers = {name: predicted(softmax(head.logits(features), axis=1), classes) for name, head in heads.items()}
        whole = dict(answers)
        for name, head in heads.items():
            rest = head_without(modality, head.coef) if modality in head.coef else None
            if damaged and rest is not None and rest in heads:
                answers[name] = np.where(damaged.missing, whole[rest], whole[name])
        return {name: float((guesses == self.labels).mean()) for name, guesses in answers.items()}


def _kinds(trial: _Trial, modality: str) -> Iterator[_Kind]:
    for name, found in MODALITIES[modality].corruptions.items():
        yield _Kind(found.title, found.axis, modality, found.levels, partial(trial.corrupted, modality, name))
    nouns = MODALITIES[modality].nouns.capitalize()
    axis = f"{nouns} of another class (%)"
    yield _Kind(f"{nouns} of something else", axis, modality, _WRONG_LEVELS, partial(trial.exchanged, modality))


def exchanged(labels: Sequence[str], level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the row whose value each row (n,) gets when some swap with a row of another label; level: chance in %.

    >>> exchanged(["cat", "dog"], 100, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    given, rows = np.array(labels), np.arange(len(labels))
    for row in np.flatnonzero(100 * rng.random(len(labels)) < level):
        others = np.flatnonzero(given != given[row])
        rows[row] = rng.choice(others)
    return rows
