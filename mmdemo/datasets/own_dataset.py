"""Your own data as a dataset to train and evaluate on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets import working_copy
from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.choices import PLACES, Choices
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.groups import groups
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.own_data import OwnData, own_data
from mmdemo.datasets.rare_classes import merged
from mmdemo.datasets.wording import columns_listed
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES

Report = Callable[[float], None]


def takes(path: Path) -> Sequence[str]:
    """Return the names of the options that the data at a path takes."""
    return ("edits",) if working_copy.is_copy(path) else (*MODALITIES, LABEL, GROUP, *PLACES)


def load(path: Path, options: Mapping[str, Any], report: Report) -> Dataset:
    """Return the labelled pairs of a folder, zip, table, mapping file or working copy.

    Every image is decoded once; a row whose image is damaged is left out.
    Raises a DatasetError, one sentence, where no row can be used.
    """
    if working_copy.is_copy(path):
        return working_copy.read(path, **options)
    return dataset_of(own_data(path, report=report, choices=Choices.from_options(options), verify=True), options)


def dataset_of(own: OwnData, options: Mapping[str, Any]) -> Dataset:
    """Return the labelled pairs as a dataset, and the others among the rows that it leaves out.

    Raises a DatasetError where no row has a label.
    """
    if own.frame.empty:
        raise DatasetError(_no_labels(own))
    dataset = Dataset(
        own.frame,
        name=own.name,
        source=f"Your own data: {own.name}.",
        licence="yours",
        notes=own.notes,
        options=dict(options),
        left_out=(*own.left_out, *unlabelled_rows(own.unlabelled)),
    )
    return with_merged(dataset) if own.mapping.rare == "other" else dataset


def unlabelled_rows(frame: pd.DataFrame) -> tuple[LeftOut, ...]:
    """Return the rows without a label as rows that are left out."""
    return tuple(LeftOut(str(row), "has no label", "write one, or let a model answer it") for row in frame.index)


def with_merged(dataset: Dataset, tied: Any = None) -> Dataset:
    """Return a dataset with its rare classes merged into one; tied: str (n,), the groups, where they are known."""
    labels, note = merged(dataset.frame[LABEL], groups(dataset).keys if tied is None else tied)
    frame = dataset.frame.assign(**{LABEL: labels})
    return replace(dataset, frame=frame, notes=(*dataset.notes, *([note] if note else [])))


def _no_labels(own: OwnData) -> str:
    names = column_names(own.sheet.header)
    if own.mapping.label:
        return f"No row of {own.name!r} that can be used has a label in the column {own.mapping.label!r}."
    return (
        f"{own.name!r} has no column that seems to hold labels; {columns_listed(names)}. "
        "Say which with --label COLUMN."
    )
