"""Where a table of pairs to classify comes from: a sample, one's own data, or its working copy."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.choices import NOTHING, Choices
from mmdemo.datasets.data_frame import modalities_of, values_of
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.own_data import OwnData, own_data
from mmdemo.datasets.placed_rows import placed
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.sheet_file import CELLS, all_cells, read_cells
from mmdemo.datasets.table_of_pairs import TableOfPairs
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.frames import read_frame
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json

Report = Callable[[float], None]

FACTS, PAIRS, IMAGES = "data.json", "pairs.parquet", "images"
_ID = "id"
_MOST_BYTES = 50_000_000


def _unheard(share: float) -> None:
    """Report to nobody."""


def table_of_pairs(name_or_path: str | Path, choices: Choices = NOTHING, report: Report = _unheard) -> TableOfPairs:
    """Return the pairs of a sample by its name, or of a folder, zip, table, mapping file or working copy.

    choices: columns of one's own table that are not guessed. report: called with the share (0–1) that is read.
    Raises a DatasetError where nothing can be read at all.
    """
    path = Path(name_or_path)
    is_copy = (path / PAIRS).is_file()
    if choices != NOTHING and (is_copy or str(name_or_path) in SOURCES):
        raise ConfigError(f"The columns of {str(name_or_path)!r} are known: name none of them.")
    if str(name_or_path) in SOURCES:
        return of_dataset(load(name_or_path))
    if not os.path.exists(path):
        known = ", ".join(sorted(SOURCES))
        raise DatasetError(f"There is no dataset {str(path)!r}: choose one of {known}, or give your own data.")
    return of_copy(path) if is_copy else of_own_data(own_data(path, report=report, choices=choices))


def of_dataset(dataset: Dataset) -> TableOfPairs:
    """Return the pairs of a sample."""
    return _as_written(dataset.frame, ())


def of_own_data(own: OwnData) -> TableOfPairs:
    """Return every row of somebody's own table in its place."""
    pairs = pd.concat([own.frame, own.unlabelled.assign(**{LABEL: ""})])
    return placed(own.sheet.header, all_cells(own.sheet), pairs, _reasons(own.left_out))


def of_copy(folder: Path) -> TableOfPairs:
    """Return every row of the table that a working copy was made from; raises a DatasetError where it is damaged."""
    try:
        pairs = read_frame(folder / PAIRS).set_index(_ID)
        facts = read_json(read_bytes(folder / FACTS, _MOST_BYTES))
        left_out = [LeftOut(**row) for row in facts["left_out"]]
        written = read_cells(folder / CELLS) if (folder / CELLS).is_file() else None
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise DatasetError("This data is damaged here: bring it again.") from error
    for name in modalities_of(pairs):
        if MODALITIES[name].drawn:
            pairs[name] = [str(folder / IMAGES / value) if value else "" for value in pairs[name]]
    return _as_written(pairs, left_out) if written is None else placed(*written, pairs, _reasons(left_out))


def _as_written(pairs: pd.DataFrame, left_out: Sequence[LeftOut]) -> TableOfPairs:
    """Return pairs of which no table is at hand: their own values stand for its cells."""
    names = modalities_of(pairs)
    ids = list(map(str, pairs.index))
    columns = {name: [_cell(name, value) for value in values_of(pairs, name)] for name in names}
    cells = pd.DataFrame({"id": ids, **columns, LABEL: pairs[LABEL].tolist()}, ids)
    others = [row.row for row in left_out]
    whole = pd.concat([cells, pd.DataFrame({"id": others}, others)]).fillna("")
    return placed(tuple(cells.columns), whole, pairs.set_axis(ids), _reasons(left_out))


def _cell(name: str, value: Any) -> str:
    return "" if value is None else Path(value).name if MODALITIES[name].drawn else str(value)


def _reasons(left_out: Sequence[LeftOut]) -> dict[str, str]:
    return {row.row: said[:1].upper() + said[1:] for row in left_out if (said := str(row))}
