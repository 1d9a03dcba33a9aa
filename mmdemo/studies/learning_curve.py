"""Would more pairs help? The same training on fewer of them, evaluated on the same held-out pairs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.held_out import predicted
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.plan import plan_of_all
from mmdemo.training.split import Prepared, columns_of, prepare
from mmdemo.training.train import fit_model

SHARES = (0.1, 0.2, 0.4, 0.7)
DRAWS = 3
_FEWEST = 5  # pairs of a class, because as many folds choose the settings


@dataclass(frozen=True)
class LearningCurve:
    """Accuracy (0–1) of the heads against the number of training pairs, on the same n_test held-out pairs.

    sizes: (m,) training pairs. draws: random orders of the training pairs; each has a fold of its own held out where
    there are several, else all have the same.
    accuracy: head → (m,). intervals: head → (m,) 95 % intervals, from resampling the held-out pairs by groups.
    """

    n_test: int
    draws: int
    sizes: tuple[int, ...]
    accuracy: Mapping[str, tuple[float, ...]]
    intervals: Mapping[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True)
class _Draw:
    """One random order: the held-out pairs, and growing parts of the others up to all of them."""

    test: Prepared
    parts: tuple[Prepared, ...]


def learning_curve(
    dataset: Dataset, config: ModelConfig, report: Callable[[float], None], cache: FeatureCache | None = None
) -> LearningCurve:
    """Return the accuracies of the heads trained on growing parts of the training pairs, each within the next.

    Everything is chosen anew on each part. report: called with the share that is done (0–1).
    """
    draws = list(_draws(prepare(dataset, config), config))
    steps = _larger(list(zip(*(draw.parts for draw in draws), strict=True)), config)
    done, work = 0, sum(len(part.frame) for parts in steps for part in parts)
    right = []
    for parts in steps:
        answers = []
        for draw, part in zip(draws, parts, strict=True):
            answers.append(_right(fit_model(part, config, cache), draw.test))
            done += len(part.frame)
            report(done / work)
        right.append(_joined(answers, config))  # (heads, n_test)
    group = np.unique(_joined([draw.test.group[np.newaxis] for draw in draws], config), return_inverse=True)[1].ravel()
    return LearningCurve(
        n_test=len(group),
        draws=len(draws),
        sizes=tuple(round(float(np.mean([len(part.frame) for part in parts]))) for parts in steps),
        accuracy={head: tuple(float(one[i].mean()) for one in right) for i, head in enumerate(config.heads)},
        intervals={head: tuple(mean_interval(one[i], group) for one in right) for i, head in enumerate(config.heads)},
    )


def draws_for(config: ModelConfig) -> int:
    """Return the number of orders: one if a network is trained each time, which takes long."""
    return 1 if config.trains_network else DRAWS


def _larger(steps: list[tuple[Prepared, ...]], config: ModelConfig) -> list[tuple[Prepared, ...]]:
    """Return the steps but those that add no pair to any order, or hold too little of a modality to be trained on."""
    sizes = [[len(part.frame) for part in parts] for parts in steps]
    larger = [parts for i, parts in enumerate(steps) if i == 0 or sizes[i] != sizes[i - 1]]
    return [parts for parts in larger if not any(plan_of_all(part, config).lacking(part) for part in parts)]


def _draws(prepared: Prepared, config: ModelConfig) -> Iterator[_Draw]:
    for draw in range(draws_for(config)):
        held_out = prepared.fold == (0 if config.n_folds == 1 else draw)
        rest = prepared.only(~held_out)
        yield _Draw(prepared.only(held_out), tuple(_growing(rest, config.seed + draw)))


def _growing(rest: Prepared, seed: int) -> list[Prepared]:
    """Return growing parts of the pairs, the last with all of them, stratified by class, with at least 5 of each."""
    place = pd.Series(np.arange(len(rest.frame)), index=rest.frame.index)
    order = rest.frame["label"].sample(frac=1, random_state=seed)
    rank = order.groupby(order).cumcount()
    counts = order.map(order.value_counts())
    parts = []
    for share in (*SHARES, 1.0):
        chosen = np.zeros(len(rest.frame), bool)
        chosen[place[order.index[rank < np.maximum(share * counts, _FEWEST)]]] = True
        parts.append(rest.only(chosen))
    return parts


def _joined(of_draws: list[np.ndarray], config: ModelConfig) -> np.ndarray:
    """Return (m, n) of each draw's (m, n_draw): side by side where each has pairs of its own, else their mean."""
    if config.n_folds != 1:
        return np.concatenate(of_draws, axis=1)
    return of_draws[0] if of_draws[0].dtype.kind == "U" else np.mean(of_draws, axis=0)


def _right(model: Model, test: Prepared) -> np.ndarray:
    """Return which of the pairs each head answers right, bool (heads, n)."""
    answers = model.probabilities(columns_of(test.frame, model.config.encoders))
    return np.stack([predicted(rows, model.classes) == test.labels for rows in answers.values()])
