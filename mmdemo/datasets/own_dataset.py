"""Your own data as a dataset to train and evaluate on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.groups import groups
from mmdemo.datasets.left_out import NO_LABEL, LeftOut
from mmdemo.datasets.own_data import OwnData
from mmdemo.datasets.rare_classes import merged
from mmdemo.datasets.scarce import without_scarce
from mmdemo.datasets.wording import columns_listed
from mmdemo.errors import DatasetError


def dataset_of(own: OwnData, options: Mapping[str, Any]) -> Dataset:
    """Return the labelled pairs as a dataset, and the others among the rows that it leaves out.

    Raises a DatasetError where no row has a label.
    """
    if own.frame.empty:
        raise DatasetError(_no_labels(own))
    frame, scarce = without_scarce(own.frame)
    dataset = Dataset(
        frame,
        name=own.name,
        source=f"Your own data: {own.name}.",
        licence="yours",
        notes=(*own.notes, *scarce),
        options=dict(options),
        left_out=(*own.left_out, *unlabelled_rows(own.unlabelled)),
        unused=own.unused,
    )
    return _with_merged(dataset) if own.mapping.rare == "other" else dataset


def unlabelled_rows(frame: pd.DataFrame) -> tuple[LeftOut, ...]:
    """Return the rows without a label as rows that are left out."""
    why = "has no label", "write one, or let a model answer it", NO_LABEL
    return tuple(LeftOut(str(row), *why) for row in frame.index)


def _with_merged(dataset: Dataset) -> Dataset:
    """Return a dataset with its rare classes merged into one."""
    labels, note = merged(dataset.frame[LABEL], groups(dataset).keys)
    frame = dataset.frame.assign(**{LABEL: labels})
    return replace(dataset, frame=frame, notes=(*dataset.notes, *([note] if note else [])))


def _no_labels(own: OwnData) -> str:
    if not own.mapping.table and own.name and not own.sheet.header[1:]:
        return f"{own.name!r} holds images, but neither a table nor a folder for each class, so there are no labels."
    if own.mapping.label:
        return f"No row of {own.name!r} that can be used has a label in the column {own.mapping.label!r}."
    return (
        f"{own.name!r} has no column that seems to hold labels; {columns_listed(column_names(own.sheet.header))}. "
        "Say which with --label COLUMN."
    )
