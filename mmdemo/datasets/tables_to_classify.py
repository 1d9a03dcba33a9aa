"""Where a table of pairs to classify comes from: a sample, your own data, or its working copy."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.choices import NOTHING, Choices
from mmdemo.datasets.copied_left_out import left_out_of_copy
from mmdemo.datasets.copied_rows import edited, is_copy, rows_of
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.edits import read_edits
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.own_data import OwnData, own_data
from mmdemo.datasets.placed_rows import placed
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.sheet_file import CELLS, all_cells, read_cells
from mmdemo.datasets.table_of_pairs import TableOfPairs
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.modalities.registry import MODALITIES

Report = Callable[[float], None]


def _unheard(share: float) -> None:
    """Report to nobody."""


def table_of_pairs(
    name_or_path: str | Path, choices: Choices = NOTHING, report: Report = _unheard, edits: str = ""
) -> TableOfPairs:
    """Return the pairs of a sample by its name, or of a folder, zip, table, mapping file or working copy.

    choices: columns that are not guessed. report: called with the share (0–1) that is read.
    edits: of a working copy, as in `working_copy.read`. Raises a DatasetError where nothing can be read at all.
    """
    path = Path(name_or_path)
    if choices != NOTHING and (is_copy(path) or str(name_or_path) in SOURCES):
        raise ConfigError(f"The columns of {str(name_or_path)!r} are known: name none of them.")
    if edits and not is_copy(path):
        raise ConfigError(f"Got --edits {edits}, but {str(name_or_path)!r} is no working copy, which alone has edits.")
    if str(name_or_path) in SOURCES:
        return of_dataset(load(name_or_path))
    if not os.path.exists(path):
        known = ", ".join(sorted(SOURCES))
        raise DatasetError(f"There is no dataset {str(path)!r}: choose one of {known}, or give your own data.")
    return of_copy(path, edits) if is_copy(path) else of_own_data(own_data(path, report=report, choices=choices))


def of_dataset(dataset: Dataset) -> TableOfPairs:
    """Return the pairs of a sample."""
    ids = list(map(str, dataset.frame.index))
    values = {name: values_of(dataset.frame, name) for name in dataset.modalities}
    columns = {name: [_cell(name, value) for value in found] for name, found in values.items()}
    cells = pd.DataFrame({"id": ids, **columns, LABEL: dataset.frame[LABEL].tolist()}, ids)
    return placed(tuple(cells.columns), cells, dataset.frame.set_axis(ids), {})


def of_own_data(own: OwnData) -> TableOfPairs:
    """Return every row of somebody's own table in its place."""
    pairs = pd.concat([own.frame, own.unlabelled.assign(**{LABEL: ""})])
    return placed(own.sheet.header, all_cells(own.sheet), pairs, _reasons(own.left_out), own.mapping.label)


def of_copy(folder: Path, edits: str = "") -> TableOfPairs:
    """Return the rows of the table that a working copy was made from, but those that a person has left out.

    edits: what they changed, as in `working_copy.read`. Raises a DatasetError where the copy is damaged.
    """
    rows = rows_of(folder)
    try:
        header, cells = read_cells(folder / CELLS)
    except (KeyError, OSError, ValueError) as error:
        raise DatasetError("This data is damaged here: bring it again.") from error
    left_out = left_out_of_copy(folder, rows.facts)
    pairs, by_hand = edited(rows, read_edits(folder, edits))
    pairs = pairs[pairs.index.isin(rows.pairs.index)]  # without what was added from other data
    cells = cells.drop(index=[row.row for row in by_hand])
    return placed(header, cells, pairs, _reasons(left_out), rows.facts["mapping"]["label"])


def _cell(name: str, value: Any) -> str:
    return "" if value is None else Path(value).name if MODALITIES[name].drawn else str(value)


def _reasons(left_out: Sequence[LeftOut]) -> dict[str, str]:
    return {row.row: said[:1].upper() + said[1:] for row in left_out if (said := str(row))}
