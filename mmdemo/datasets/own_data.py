"""Your own data: read, understood and cleaned, with every row that was left out and why."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mmdemo.datasets.choices import NOTHING, Choices
from mmdemo.datasets.cleaning import cleaned
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.contents import Contents, contents
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.mapping_file import read_mapping
from mmdemo.datasets.settling import settled
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.errors import DatasetError

Report = Callable[[float], None]


@dataclass(frozen=True)
class OwnData:
    """What a folder, zip or table holds, as far as it can be used.

    frame: the usable pairs that have a label: a column for each modality in use, `label` and perhaps `group`; the ids
    are "row N". An image is an absolute path; "" stands where a pair lacks something.
    unlabelled: the usable pairs without a label. left_out: the other rows, each with its reason.
    notes: what a person should know, such as the encoding that was found. mapping: which column is what, as used.
    sheet: the table as written. rows: of it that are not blank. unused: image files that no row names.
    """

    frame: pd.DataFrame
    unlabelled: pd.DataFrame
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    mapping: ColumnMapping
    sheet: Sheet
    rows: int
    unused: tuple[str, ...]
    name: str


def own_data(
    path: Path | str,
    mapping: ColumnMapping | None = None,
    report: Report = lambda share: None,
    *,
    choices: Choices = NOTHING,
    verify: bool = False,
) -> OwnData:
    """Return what a folder, zip, table or mapping file holds: what can be used, and what cannot and why.

    mapping: which column is what [default: what the mapping file says, else a guess]. choices: columns chosen instead.
    report: called with the share (0–1) done. verify: decode every image, so that damaged ones are left out.
    Raises a DatasetError, in one sentence, where nothing can be used at all.
    """
    found, mapping = located(Path(path), mapping, choices)
    chosen, notes = settled(found, mapping, choices)
    rows = cleaned(found, chosen, report, verify)
    return OwnData(
        frame=rows.frame,
        unlabelled=rows.unlabelled,
        left_out=rows.left_out,
        notes=(*found.notes, *found.sheet.notes, *notes, *rows.notes),
        mapping=chosen,
        sheet=found.sheet,
        rows=len(found.sheet.cells) + len(found.sheet.left_out),
        unused=rows.unused,
        name=found.name,
    )


def located(path: Path, mapping: ColumnMapping | None, choices: Choices) -> tuple[Contents, ColumnMapping | None]:
    """Return what is at a path or where a mapping file leads, and which column is what, as far as that was given."""
    if described := read_mapping(path):
        path, mapping = described[0], mapping or described[1]
        if not os.path.exists(path):
            raise DatasetError(
                f"The mapping file names the data {path.name!r}, which is not there; move the file beside its data, or "
                'correct "data" in it.'
            )
    given = mapping or ColumnMapping()
    return contents(path, choices.table or given.table, choices.sheet or given.sheet), mapping
