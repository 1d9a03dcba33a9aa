"""Where a table of pairs to classify comes from: a sample, one's own data, or its working copy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.data_frame import modalities_of, values_of
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.placed_rows import placed
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.sheet_file import CELLS, all_cells, read_cells
from mmdemo.datasets.table_of_pairs import TableOfPairs, TableRow
from mmdemo.datasets.unlabelled import unlabelled
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.frames import read_frame
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json

if TYPE_CHECKING:
    from mmdemo.datasets.own_data import OwnData

FACTS, PAIRS, IMAGES = "data.json", "pairs.parquet", "images"
_ID = "id"
_MOST_BYTES = 50_000_000


def table_of_pairs(name_or_path: str | Path) -> TableOfPairs:
    """Return the pairs of a sample by its name, or of a folder, zip, table, mapping file or working copy.

    Raises a DatasetError where nothing can be read at all.
    """
    if str(name_or_path) in SOURCES:
        return of_dataset(load(name_or_path))
    if (Path(name_or_path) / PAIRS).is_file():
        return of_copy(Path(name_or_path))
    found = unlabelled(name_or_path)
    place = next((place for place, name in enumerate(found.header) if name.casefold() == LABEL), None)
    rows = [
        TableRow(f"row {number}", pair.cells, pair.values, pair.error, "" if place is None else pair.cells[place])
        for number, pair in enumerate(found.rows, 2)
    ]
    return TableOfPairs(found.header, len(rows), lambda: iter(rows))


def of_dataset(dataset: Dataset) -> TableOfPairs:
    """Return the pairs of a sample."""
    return _as_written(dataset.frame, ())


def of_own_data(own: "OwnData") -> TableOfPairs:
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
