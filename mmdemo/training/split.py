"""Which pairs of a dataset are used, and in which fold each is held out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets import rare_classes
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.groups import groups, repeated
from mmdemo.datasets.left_out import LeftOut, nothing_held, such_as
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import folds_of, one_split

_FEWEST_FOLDS = 3  # that hold a class: two are left out at a time
INDIVISIBLE = (
    "cannot be divided into pairs to train on and pairs to test with: it has too few, or too many of them belong "
    "together"
)
"""Why a class is left out of which some fold would know too little."""


@dataclass(frozen=True)
class Prepared:
    """The usable pairs of a dataset, and where each is held out.

    frame: n pairs, one a row. missing: modality → bool (n,), whether a pair lacks it. fold: int (n,), where the pair
    is held out, −1 for never. group: str (n,), equal for pairs that stay together. repeated: bool (n,), whether
    what a held-out pair holds in some modality also stands in a pair that its model is trained on.
    left_out: the rows that cannot be used. notes: what a person should know.
    """

    frame: pd.DataFrame
    missing: Mapping[str, np.ndarray]
    fold: np.ndarray
    group: np.ndarray
    repeated: np.ndarray
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @property
    def labels(self) -> np.ndarray:
        """Return the labels, str (n,)."""
        return self.frame["label"].to_numpy(str)

    def only(self, rows: np.ndarray) -> "Prepared":
        """Return the same with some of its pairs alone: bool (n,)."""
        missing = {name: found[rows] for name, found in self.missing.items()}
        pairs = {name: getattr(self, name)[rows] for name in ("frame", "fold", "group", "repeated")}
        return replace(self, missing=missing, **pairs)


def prepare(
    dataset: Dataset, config: ModelConfig, report: Callable[[float], None] = lambda share: None
) -> Prepared:
    """Return the usable pairs and their folds; raise a DatasetError where fewer than two classes can be used.

    report: called with the share (0–1) done.
    """
    tied = groups(dataset, report)
    labels = dataset.frame["label"]
    missing = {name: missing_in(dataset.frame, name, config) for name in config.encoders}
    holds = ~np.all(list(missing.values()), axis=0)
    reasons = _empty_classes(labels, holds, config) | rare_classes.rare_classes(labels[holds], tied.keys[holds])
    try:
        kept, fold = _divided(labels, tied.keys, holds, reasons, config)
    except DatasetError as error:
        raise DatasetError(f"{error}{such_as(dataset.left_out)}") from error
    frame = dataset.frame[kept]
    codes = {name: MODALITIES[name].likeness.repeats(values_of(frame, name)) for name in config.encoders}
    empty = _empty_rows(dataset, ~holds, config)
    rare = rare_classes.left_out_of(labels[holds], reasons)
    return Prepared(
        frame=frame,
        missing={name: rows[kept] for name, rows in missing.items()},
        fold=fold,
        group=tied.keys[kept],
        repeated=repeated(codes, fold),
        left_out=(*dataset.left_out, *empty, *rare),
        notes=(*dataset.notes, *tied.notes, *rare_classes.notes_on(reasons)),
    )


def usable_rows(dataset: Dataset, config: ModelConfig) -> pd.DataFrame:
    """Return the pairs that hold at least one of the modalities used."""
    return dataset.frame[~np.all([missing_in(dataset.frame, name, config) for name in config.encoders], axis=0)]


def missing_in(frame: pd.DataFrame, modality: str, config: ModelConfig) -> np.ndarray:
    """Return which pairs lack a modality, bool (n,)."""
    if modality not in frame.columns:
        raise DatasetError(f"The data has no {MODALITIES[modality].nouns}; train without them.")
    settings = config.build_encoder(modality).settings
    return np.array([MODALITIES[modality].missing(value, settings) for value in values_of(frame, modality)], dtype=bool)


def columns_of(frame: pd.DataFrame, modalities: Iterable[str]) -> dict[str, list[Any]]:
    """Return modality → values, None where a cell is empty."""
    return {name: values_of(frame, name) for name in modalities}


def _empty_rows(dataset: Dataset, empty: np.ndarray, config: ModelConfig) -> tuple[LeftOut, ...]:
    why = nothing_held(config.encoders)
    return tuple(LeftOut(str(row), *why) for row in dataset.frame.index[empty])


def _empty_classes(labels: pd.Series, holds: np.ndarray, config: ModelConfig) -> dict[str, str]:
    """Return label → why it is left out, of the classes of which no pair holds anything."""
    wanted = " or ".join(MODALITIES[name].wanted for name in config.encoders)
    lost = sorted(set(labels) - set(labels[holds]))
    return dict.fromkeys(lost, f"has no pair that holds {wanted}")


def _divided(
    labels: pd.Series, group: np.ndarray, holds: np.ndarray, reasons: dict[str, str], config: ModelConfig
) -> tuple[np.ndarray, np.ndarray]:
    """Return which pairs are kept, bool (n,), and the folds of those.

    reasons: label → why it is left out; classes are added of which some fold would know too little.
    Raises a DatasetError where fewer than two classes are left.
    """
    while True:
        rare_classes.check_classes(labels, reasons)
        kept = holds & ~labels.isin(reasons).to_numpy()
        fold = _folds(labels[kept], group[kept], config)
        undivided = _undivided(labels[kept], fold, config)
        if not undivided:
            return kept, fold
        reasons |= undivided


def _folds(labels: pd.Series, group: np.ndarray, config: ModelConfig) -> np.ndarray:
    if config.n_folds == 1:
        return one_split(group.tolist(), config.seed)
    return folds_of(group.tolist(), labels.tolist(), config.n_folds, config.seed)


def _undivided(labels: pd.Series, fold: np.ndarray, config: ModelConfig) -> dict[str, str]:
    """Return label → why it is left out, of the classes without which some model would have to be trained."""
    found = {}
    for label, rows in pd.Series(fold).groupby(labels.to_numpy()):
        if not enough(Counter(rows.tolist()), config):
            found[str(label)] = INDIVISIBLE
    return found


def enough(counts: Mapping[int, int], config: ModelConfig) -> bool:
    """Return whether every model would know a class: fold → how many of its pairs are held out there, −1 for never."""
    if config.n_folds == 1:
        return sum(count for fold, count in counts.items() if fold != 0) >= _FEWEST_FOLDS
    return len(counts) >= _FEWEST_FOLDS
