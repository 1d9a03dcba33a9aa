"""Which pairs of a dataset are used for training, and which are held out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from mmdemo.datasets.base import Dataset
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.source import image_content

_FEWEST = 5  # pairs of a class


@dataclass(frozen=True)
class Prepared:
    """The pairs of a dataset, split for one configuration.

    frame: the usable pairs, one a row. rows, held_out: positions in it of the training and the held-out pairs.
    notes: what was left out, and why.
    """

    frame: pd.DataFrame
    rows: np.ndarray
    held_out: np.ndarray
    notes: tuple[str, ...]


def prepare(dataset: Dataset, config: ModelConfig) -> Prepared:
    """Return the usable pairs and their split; raise a DatasetError where there are too few pairs or classes."""
    frame, notes = usable_rows(dataset, config)
    return Prepared(frame, *split(frame, config), notes)


def usable_rows(dataset: Dataset, config: ModelConfig) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the pairs that lack none of the modalities used, and a note on those left out."""
    kept = np.ones(len(dataset.frame), dtype=bool)
    for name in config.encoders:
        encoder = config.build_encoder(name)
        values = dataset.frame[name]
        kept &= ~np.array([MODALITIES[name].missing(value, encoder.settings) for value in values], dtype=bool)
    left_out = int((~kept).sum())
    note = (f"{left_out} pairs left out: their caption holds no word.",) if left_out else ()
    return dataset.frame[kept], (*dataset.notes, *note)


def split(frame: pd.DataFrame, config: ModelConfig) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the training and of the held-out pairs, stratified by class.

    Copies of a pair, the same image with the same caption, stay together, so that no held-out pair was trained on.
    Raises a DatasetError for fewer than two classes, or a class with too few pairs.
    """
    if frame.empty:
        raise DatasetError("No caption in the data holds a word; write captions, or train without them.")
    group = copies(frame["image"].tolist(), frame["text"].tolist())
    firsts = np.unique(group, return_index=True)[1]
    rows, held_out = _split(frame.iloc[firsts], config)
    return np.flatnonzero(np.isin(group, rows)), np.flatnonzero(np.isin(group, held_out))


def copies(images: Sequence[Any], texts: Sequence[Any]) -> np.ndarray:
    """Return a number for each pair, int (n,): from 0 on, equal where the image's bytes and the caption are equal."""
    pairs = zip(map(_content, images), texts, strict=True)
    return pd.factorize(pd.Series(list(pairs), dtype=object))[0]


def _content(image: Any) -> str:
    try:
        return image_content(image).sha256
    except (OSError, TypeError, ValueError):  # an unreadable file equals only itself
        return str(image)


def _split(frame: pd.DataFrame, config: ModelConfig) -> tuple[np.ndarray, np.ndarray]:
    counts = frame["label"].value_counts()
    if len(counts) < 2:
        raise DatasetError(f"The data has only one class ({', '.join(counts.index)}); a classifier needs at least two.")
    if counts.min() < _FEWEST:
        rare = ", ".join(f"{label} ({count})" for label, count in counts[counts < _FEWEST].items())
        raise DatasetError(f"Every class needs at least {_FEWEST} different pairs. Add pairs to, or leave out: {rare}.")
    unsuited = DatasetError(
        f"A held-out share of {config.test_size:g} of {len(frame)} pairs is too small or too large for {len(counts)} "
        "classes; each class needs one held-out pair and two for training. Choose a share nearer to 0.2, or add "
        "pairs."
    )
    if not len(counts) <= math.ceil(len(frame) * config.test_size) <= len(frame) - 2 * len(counts):
        raise unsuited
    rows, held_out = train_test_split(
        np.arange(len(frame)), test_size=config.test_size, random_state=config.seed, stratify=frame["label"]
    )
    learnt, tested = (frame["label"].iloc[part].value_counts() for part in (rows, held_out))
    if learnt.min() < 2 or len(tested) < len(counts):
        raise unsuited
    return np.sort(rows), np.sort(held_out)


def columns_of(frame: pd.DataFrame, config: ModelConfig) -> dict[str, list[Any]]:
    """Return modality → values, for the modalities that the configuration uses."""
    return {name: frame[name].tolist() for name in config.encoders}
