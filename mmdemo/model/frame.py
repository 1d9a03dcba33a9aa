"""Classify a whole data frame: one row of probabilities per row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets.data_frame import check_columns, is_absent
from mmdemo.errors import ConfigError, DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import best_informed
from mmdemo.model.model import Model

_BATCH = 256  # rows that are read again, one by one, to find the unreadable one


def frame_probabilities(model: Model, frame: pd.DataFrame) -> np.ndarray:
    """Return the probabilities of the classes, float64 (n, k).

    frame: a column for at least one of the model's modalities. The head for exactly what a row holds answers it.
    Raises a DatasetError for a frame without those; an ImageError, TextError or ConfigError that names the first row
    that cannot be answered.
    """
    columns, rows = _columns(model, frame), [str(row) for row in frame.index]
    cells = zip(*columns.values(), strict=True)
    pairs = [_pair(model, dict(zip(columns, row, strict=True)), name) for row, name in zip(cells, rows, strict=True)]
    fused = best_informed(model.heads)
    found = [_answers(model, pairs[i : i + _BATCH], rows[i : i + _BATCH])[fused] for i in range(0, len(rows), _BATCH)]
    return np.concatenate([np.empty((0, len(model.classes))), *found])


def check_value(modality: str, value: Any) -> Any:
    """Return a modality's value, None for a missing one; raise a ConfigError for one of another type."""
    if is_absent(value) or (isinstance(value, str) and not value):
        return None
    MODALITIES[modality].check(value)
    return value


def _columns(model: Model, frame: pd.DataFrame) -> dict[str, list[Any]]:
    check_columns(frame, [name for name in model.encoders if name in getattr(frame, "columns", model.encoders)])
    names = [name for name in model.encoders if name in frame.columns]
    if not names:
        raise DatasetError(
            f"The data frame has no column {' or '.join(map(repr, model.encoders))}; its columns are "
            f"{', '.join(map(repr, frame.columns)) or 'none'}."
        )
    return {name: frame[name].tolist() for name in names}


def _pair(model: Model, cells: Mapping[str, Any], row: str) -> dict[str, Any]:
    """Return what a row holds; raise an error that names it where that is nothing, or cannot be read."""
    try:
        pair = {name: check_value(name, cell) for name, cell in cells.items()}
        missing = [model.is_missing(name, value) for name, value in pair.items()]
    except MMDemoError as error:
        raise _of_row(error, row) from error
    if all(missing):
        raise ConfigError(f"Row {row!r} holds nothing to classify; give it a value in {' or '.join(map(repr, pair))}.")
    return pair


def _answers(model: Model, pairs: Sequence[Mapping[str, Any]], rows: Sequence[str]) -> dict[str, np.ndarray]:
    try:
        return model.probabilities({name: [pair.get(name) for pair in pairs] for name in model.encoders})
    except MMDemoError:
        for pair, row in zip(pairs, rows, strict=True):
            try:
                model.examine(pair)
            except MMDemoError as error:
                raise _of_row(error, row) from error
        raise


def _of_row(error: MMDemoError, row: str) -> MMDemoError:
    return type(error)(f"Row {row!r}: {error}")
