"""Which pairs of a dataset are used, and in which fold each is held out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.groups import groups, repeated
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import folds_of, one_split

_FEWEST = 5  # different pairs of a class
_FEWEST_FOLDS = 3  # that hold a class: two are left out at a time


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be used. row: its id. reason: for a person."""

    row: str
    reason: str


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


def prepare(dataset: Dataset, config: ModelConfig) -> Prepared:
    """Return the usable pairs and their folds; raise a DatasetError where there are too few pairs or classes."""
    tied = groups(dataset)
    missing = {name: missing_in(dataset.frame, name, config) for name in config.encoders}
    kept = ~np.all(list(missing.values()), axis=0)
    frame, group = dataset.frame[kept], tied.keys[kept]
    _check_classes(dataset.frame["label"], frame, group, config)
    labels = frame["label"].tolist()
    if config.n_folds == 1:
        fold = one_split(group.tolist(), config.seed)
    else:
        fold = folds_of(group.tolist(), labels, config.n_folds, config.seed)
    _check_folds(frame["label"], fold, config)
    codes = {name: MODALITIES[name].repeats(values_of(frame, name)) for name in config.encoders}
    reason = f"it holds no {' and no '.join(MODALITIES[name].noun for name in config.encoders)}"
    left_out = tuple(LeftOut(str(row), reason) for row in dataset.frame.index[~kept])
    note = (f"{len(left_out):,} pairs left out: nothing to classify them by.",) if left_out else ()
    return Prepared(
        frame=frame,
        missing={name: rows[kept] for name, rows in missing.items()},
        fold=fold,
        group=group,
        repeated=repeated(codes, fold),
        left_out=left_out,
        notes=(*dataset.notes, *tied.notes, *note),
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


def _check_classes(before: pd.Series, frame: pd.DataFrame, group: np.ndarray, config: ModelConfig) -> None:
    """Raise a DatasetError for a class of which too few different pairs are usable, or fewer than two classes."""
    wanted = " or ".join(MODALITIES[name].wanted for name in config.encoders)
    if lost := sorted(set(before) - set(frame["label"])):
        named = ", ".join(map(repr, lost))
        raise DatasetError(f"No pair of the class {named} holds {wanted}. Add some, or leave the class out.")
    classes = sorted(set(frame["label"]))
    if len(classes) < 2:
        raise DatasetError(f"The data has only one class ({', '.join(classes)}); a classifier needs at least two.")
    different = pd.DataFrame({"label": frame["label"].to_numpy(), "group": group}).drop_duplicates()["label"]
    counts = different.value_counts()
    if counts.min() < _FEWEST:
        rare = ", ".join(f"{label} ({count})" for label, count in counts[counts < _FEWEST].items())
        raise DatasetError(f"Every class needs at least {_FEWEST} different pairs. Add pairs to, or leave out: {rare}.")


def _check_folds(labels: pd.Series, fold: np.ndarray, config: ModelConfig) -> None:
    """Raise a DatasetError where a model would have to be trained without a class."""
    for label, rows in pd.Series(fold).groupby(labels.to_numpy()):
        enough = (rows != 0).sum() >= _FEWEST_FOLDS if config.n_folds == 1 else rows.nunique() >= _FEWEST_FOLDS
        if not enough:
            raise DatasetError(
                f"The pairs of the class {label!r} cannot be divided into training and held-out pairs: they are too "
                "few, or too many of them belong together. Add other pairs to it, leave it out, or choose another seed."
            )
