"""A model's accuracy when one modality is damaged, exchanged or missing and the others are intact."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from mmdemo.encoders.gaps import transformed
from mmdemo.evaluation.held_out import predicted
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, answered

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


@dataclass(frozen=True)
class FoldPairs:
    """A model with n pairs that it had not seen: modality → values, labels (n,)."""

    model: Model
    columns: Mapping[str, Sequence[Any]]
    labels: np.ndarray


def robustness(tested: Sequence[FoldPairs], report: Callable[[float], None]) -> Robustness:
    """Return the curves on held-out pairs, each answered by a model that had not seen it; of many, a random 400.

    A pair of whose value nothing is left, such as a caption without words, counts as one without it: the head for
    exactly what is left answers. report: called with the share that is done (0–1).
    """
    of = sum(len(one.labels) for one in tested)
    trials = [_trial(one, rows) for one, rows in zip(tested, _chosen(tested, of), strict=True) if len(rows)]
    n = sum(len(trial.labels) for trial in trials)
    model = tested[0].model
    kinds = [kind for modality in model.encoders for kind in _kinds(modality)]
    done, work = 0, sum(len(kind.levels) for kind in kinds) * n
    curves = []
    for kind in kinds:
        points = []
        for level in kind.levels:
            right = dict.fromkeys(model.heads, 0)
            for trial in trials:
                damaged = kind.damage(trial, level) if level else None
                for head, count in trial.right(kind.modality, damaged).items():
                    right[head] += count
                done += len(trial.labels)
                report(done / work)
            points.append({head: count / n for head, count in right.items()})
        accuracy = {head: tuple(point[head] for point in points) for head in model.heads}
        curves.append(Curve(kind.title, kind.axis, kind.modality, kind.levels, accuracy))
    return Robustness(n, of, tuple(curves))


def _chosen(tested: Sequence[FoldPairs], of: int) -> list[np.ndarray]:
    """Return for each model which of its pairs are tried."""
    chosen = np.sort(np.random.default_rng(_SEED).permutation(of)[:MOST_PAIRS])
    starts = np.cumsum([0, *(len(one.labels) for one in tested)])
    return [chosen[(chosen >= start) & (chosen < stop)] - start for start, stop in pairwise(starts)]


def _trial(tested: FoldPairs, rows: np.ndarray) -> "_Trial":
    columns = {name: [tested.columns[name][i] for i in rows] for name in tested.model.encoders}
    return _Trial(tested.model, columns, tested.labels[rows])


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
    damage: Callable[["_Trial", float], _Damaged]


class _Trial:
    """The rows, decoded once, and the intact features of all modalities."""

    def __init__(self, model: Model, columns: Mapping[str, Sequence[Any]], labels: np.ndarray) -> None:
        self.model, self.labels = model, labels
        self.intact = {name: _of(model, name, values) for name, values in columns.items()}
        self.values = {
            name: [None if lost else MODALITIES[name].opened(one) for one, lost in zip(values, missing, strict=True)]
            for name, values in columns.items()
            for missing in [self.intact[name].missing]
        }

    def right(self, modality: str, damaged: _Damaged | None) -> dict[str, int]:
        """Return head → how many answers are right with one modality damaged; None leaves it intact.

        Where nothing is left of it, the head for exactly the other modalities answers instead.
        """
        found = {**self.intact, modality: damaged} if damaged else self.intact
        features = {name: one.features for name, one in found.items()}
        logits = {name: head.logits(features) for name, head in self.model.heads.items()}
        answers = answered(logits, {name: ~one.missing for name, one in found.items()}, self.model.config)
        return {
            name: int((predicted(rows, self.model.classes) == self.labels).sum()) for name, rows in answers.items()
        }


def _of(model: Model, modality: str, values: Sequence[Any]) -> _Damaged:
    missing = np.array([model.is_missing(modality, value) for value in values])
    return _Damaged(transformed(model.encoders[modality], values, missing), missing)


def _kinds(modality: str) -> Iterator[_Kind]:
    for name, found in MODALITIES[modality].corruptions.items():
        yield _Kind(found.title, found.axis, modality, found.levels, partial(_corrupted, modality, name))
    nouns = MODALITIES[modality].nouns.capitalize()
    axis = f"{nouns} of another class (%)"
    yield _Kind(f"{nouns} of something else", axis, modality, _WRONG_LEVELS, partial(_exchanged, modality))


def _corrupted(modality: str, name: str, trial: _Trial, level: float) -> _Damaged:
    """Return a modality after the corruption of that name."""
    # The same random numbers at every level, so that what is covered or dropped at one level stays so at the next.
    corruption, key = MODALITIES[modality].corruptions[name], zlib.crc32(name.encode())
    values = [
        None if value is None else corruption.apply(value, level, np.random.default_rng([_SEED, key, row]))
        for row, value in enumerate(trial.values[modality])
    ]
    return _of(trial.model, modality, values)


def _exchanged(modality: str, trial: _Trial, level: float) -> _Damaged:
    """Return a modality with some rows' values taken from rows of another label."""
    rows, intact = exchanged(trial.labels.tolist(), level, np.random.default_rng(_SEED)), trial.intact[modality]
    return _Damaged(intact.features[rows], intact.missing[rows])


def exchanged(labels: Sequence[str], level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the row whose value each row (n,) gets when some swap with a row of another label; level: chance in %.

    Where all have one label, as in a fold of few pairs, each keeps its own.

    >>> exchanged(["cat", "dog"], 100, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    given, rows = np.array(labels), np.arange(len(labels))
    for row in np.flatnonzero(100 * rng.random(len(labels)) < level):
        others = np.flatnonzero(given != given[row])
        rows[row] = rng.choice(others) if len(others) else row
    return rows
