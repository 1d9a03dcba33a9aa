"""Classify a whole data frame: one row of probabilities per row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets.data_frame import check_columns, is_absent
from mmdemo.errors import ConfigError, DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model

_BATCH = 256  # rows that are read again, one by one, to find the unreadable one


def frame_probabilities(model: Model, frame: pd.DataFrame) -> np.ndarray:
    """Return the probabilities of the classes, float64 (n, k).

    frame: a column for at least one of the model's modalities. The head for exactly what a row holds answers it.
    Raises a DatasetError for a frame without those; an ImageError, TextError or ConfigError that names the first row
    that cannot be answered.
    """
    columns = _columns(model, frame)
    rows = [str(row) for row in frame.index]
    heads = [_head(model, {name: values[i] for name, values in columns.items()}, row) for i, row in enumerate(rows)]
    found = np.empty((len(rows), len(model.classes)))
    for head in model.heads:
        places = np.flatnonzero(np.array(heads, dtype=object) == head)
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            found[batch] = _answers(model, head, columns, batch, rows)
    return found


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


def _head(model: Model, pair: Mapping[str, Any], row: str) -> str:
    """Return the name of the head for what the pair holds."""
    try:
        values = {name: check_value(name, value) for name, value in pair.items()}
        present = {name for name, value in values.items() if not model.is_missing(name, value)}
    except MMDemoError as error:
        raise _of_row(error, row) from error
    for name, head in model.heads.items():
        if set(head.coef) == present:
            return name
    raise ConfigError(f"Row {row!r} holds nothing to classify; give it a value in {' or '.join(map(repr, pair))}.")


def _answers(
    model: Model, head: str, columns: Mapping[str, Sequence[Any]], batch: np.ndarray, rows: Sequence[str]
) -> np.ndarray:
    inputs = model.heads[head].coef
    one = replace(model, encoders={name: model.encoders[name] for name in inputs}, heads={head: model.heads[head]})
    try:
        return one.probabilities({name: [columns[name][i] for i in batch] for name in inputs})[head]
    except MMDemoError:
        for i in batch:
            try:
                one.examine({name: columns[name][i] for name in inputs})
            except MMDemoError as error:
                raise _of_row(error, rows[i]) from error
        raise


def _of_row(error: MMDemoError, row: str) -> MMDemoError:
    return type(error)(f"Row {row!r}: {error}")
