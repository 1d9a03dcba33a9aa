"""Would more pairs help? The same training on fewer of them, evaluated on the same held-out pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.held_out import predicted
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.split import columns_of, prepare
from mmdemo.training.train import fit_model

SHARES = (0.1, 0.2, 0.4, 0.7)
DRAWS = 3
_FEWEST = 5  # pairs of a class, because as many folds choose the settings


@dataclass(frozen=True)
class LearningCurve:
    """Accuracy (0–1) of the heads against the number of training pairs, on the same n_test held-out pairs.

    sizes: (m,) training pairs. draws: random orders of the training pairs that each accuracy is the mean of.
    accuracy: head → (m,). intervals: head → (m,) 95 % intervals, from resampling the held-out pairs.
    """

    n_test: int
    draws: int
    sizes: tuple[int, ...]
    accuracy: Mapping[str, tuple[float, ...]]
    intervals: Mapping[str, tuple[tuple[float, float], ...]]


def learning_curve(
    dataset: Dataset, config: ModelConfig, report: Callable[[float], None], cache: FeatureCache | None = None
) -> LearningCurve:
    """Return the accuracies of the heads trained on growing parts of the training pairs, each within the next.

    Everything is chosen anew on each part; the held-out pairs are those of `train`.
    report: called with the share that is done (0–1).
    """
    prepared = prepare(dataset, config)
    train, test = (prepared.frame.iloc[part] for part in (prepared.rows, prepared.held_out))
    orders = [_growing(train, config.seed + draw) for draw in range(draws_for(config))]
    steps = [*zip(*orders, strict=True), (train,)]  # the full set is the same in any order
    done, work = 0, sum(len(part) for parts in steps for part in parts)
    right = []
    for parts in steps:
        answers = []
        for part in parts:
            answers.append(_right(fit_model(columns_of(part, config), _labels(part), config, cache), test))
            done += len(part)
            report(done / work)
        right.append(np.mean(answers, axis=0))  # (heads, n_test)
    return LearningCurve(
        n_test=len(test),
        draws=len(orders),
        sizes=tuple(len(parts[0]) for parts in steps),
        accuracy={head: tuple(float(one[i].mean()) for one in right) for i, head in enumerate(config.heads)},
        intervals={head: tuple(mean_interval(one[i]) for one in right) for i, head in enumerate(config.heads)},
    )


def draws_for(config: ModelConfig) -> int:
    """Return the number of orders: one if a network is trained each time, which takes long."""
    return 1 if trains_network(config) else DRAWS


def trains_network(config: ModelConfig) -> bool:
    """Return whether an encoder is itself trained on the training pairs."""
    return any(MODALITIES[name].encoder(encoder).trained for name, encoder in config.encoders.items())


def _growing(train: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    """Return growing proper subsets of the rows, stratified by class, with at least 5 rows of each."""
    order = train.sample(frac=1, random_state=seed)
    rank = order.groupby("label").cumcount()
    counts = order["label"].map(order["label"].value_counts())
    parts = {int(kept.sum()): order[kept] for kept in (rank < np.maximum(share * counts, _FEWEST) for share in SHARES)}
    return [part for size, part in sorted(parts.items()) if size < len(train)]


def _right(model: Model, test: pd.DataFrame) -> np.ndarray:
    """Return which of the rows each head answers right, bool (heads, n)."""
    answers = model.probabilities(columns_of(test, model.config))
    return np.stack([predicted(rows, model.classes) == _labels(test) for rows in answers.values()])


def _labels(frame: pd.DataFrame) -> np.ndarray:
    return frame["label"].to_numpy(str)
