"""Clean a table: which rows are pairs, which lack a label, which are left out and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.contents import Contents
from mmdemo.datasets.files.folding import is_image
from mmdemo.datasets.labels import one_spelling, refusal, tidied
from mmdemo.datasets.left_out import BAD_LABEL, LeftOut, Why, nothing_held, unusable_value
from mmdemo.datasets.own_images import images_of
from mmdemo.datasets.scarce import lacks
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES

Report = Callable[[float], None]
_PART = 2_000  # cells that are read at a time, for the sake of memory


@dataclass(frozen=True)
class Cleaned:
    """What `OwnData` says of the rows; see there."""

    frame: pd.DataFrame
    unlabelled: pd.DataFrame
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    unused: tuple[str, ...]


def cleaned(found: Contents, mapping: ColumnMapping, report: Report, verify: bool) -> Cleaned:
    """Return a table's rows as far as they can be used; raise a DatasetError, one sentence, where none can.

    report: called with the share (0–1) done. verify: decode every image.
    """
    sheet = found.sheet
    cells = {name: joined(sheet, columns) for name, columns in mapping.columns.items() if columns}
    rows = _Rows(sheet.cells.index)
    values = {name: rows.values(name, cells[name]) for name in cells if name != "image"}
    if "image" in cells:
        images = images_of(found.files, found.table, cells["image"], report, verify)
        values["image"], unused = images.paths, images.unused
        rows.wrong |= images.wrong
    else:
        unused = tuple(name for name in found.files.names if is_image(name))
    report(1.0)
    labels, notes = rows.labels(joined(sheet, (mapping.label,))) if mapping.label else (rows.nothing(), ())
    rows.check_held(values)
    frame = pd.DataFrame({name: values[name] for name in MODALITIES if name in values}).assign(**{LABEL: labels})
    if mapping.group:
        frame[GROUP] = [tidied(cell) for cell in joined(sheet, (mapping.group,)).tolist()]
    frame.index = pd.Index([f"row {number}" for number in sheet.cells.index], dtype="str")
    usable, labelled = rows.usable(), (labels != "").to_numpy()
    left_out = (*sheet.left_out, *rows.left_out())
    if not usable.any():
        others = [MODALITIES[name].nouns for name in cells if name != "image" and (cells[name] != "").any()]
        raise DatasetError(_unusable(found, left_out, others if "image" in cells else []))
    lacking = frame[usable & ~labelled].drop(columns=LABEL)
    return Cleaned(frame[usable & labelled], lacking, tuple(sorted(left_out, key=_number)), notes, unused)


def joined(sheet: Sheet, columns: tuple[str, ...]) -> pd.Series:
    """Return row number → the cells of these columns with a space between them; "" where all are empty."""
    names = column_names(sheet.header)
    first, *others = (sheet.cells.iloc[:, names.index(column)] for column in columns)
    for cells in others:
        first = first.str.cat(cells, sep=" ").str.strip()
    return first


class _Rows:
    """The rows of a table, by number; wrong: number → why a row is left out, the first reason that is found."""

    def __init__(self, numbers: pd.Index) -> None:
        self.numbers = numbers
        self.wrong: dict[int, Why] = {}

    def values(self, modality: str, cells: pd.Series) -> pd.Series:
        """Return what the cells of a modality become, "" or None where they are empty or wrong."""
        parts = [self._values(modality, cells.iloc[start : start + _PART]) for start in range(0, len(cells), _PART)]
        return pd.concat(parts) if parts else cells

    def labels(self, cells: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
        """Return the labels in one spelling, "" where there is none, and notes on what was merged."""
        found = [tidied(cell) for cell in cells.tolist()]
        for number, label in zip(self.numbers.tolist(), found, strict=True):
            if label and (reason := refusal(label)):
                self.wrong.setdefault(number, (reason, "write it shorter and on one line", BAD_LABEL))
        kept = ["" if number in self.wrong else label for number, label in zip(self.numbers, found, strict=True)]
        labels, notes = one_spelling(kept)
        return pd.Series(labels, self.numbers, dtype="str"), notes

    def nothing(self) -> pd.Series:
        """Return "" for each row."""
        return pd.Series("", self.numbers, dtype="str")

    def check_held(self, values: Mapping[str, pd.Series]) -> None:
        """Leave out the rows that hold nothing to classify them by."""
        names, bare = [name for name in MODALITIES if name in values], self.numbers.tolist()
        for name in names:
            found = dict(zip(values[name].index, values[name].tolist(), strict=True))
            bare = [number for number in bare if lacks(name, found[number])]
        for number in bare:
            self.wrong.setdefault(number, nothing_held(names))

    def usable(self) -> np.ndarray:
        """Return bool (n,): which rows are not left out."""
        return ~self.numbers.isin(list(self.wrong))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the rows that are left out."""
        return tuple(LeftOut(f"row {number}", *why) for number, why in self.wrong.items())

    def _values(self, modality: str, cells: pd.Series) -> pd.Series:
        read = [self._value(modality, number, cell) for number, cell in zip(cells.index, cells.tolist(), strict=True)]
        return pd.Series(read, cells.index)

    def _value(self, modality: str, number: int, cell: str) -> Any:
        if not cell:
            return cell
        try:
            return MODALITIES[modality].read(cell)
        except MMDemoError as error:
            self.wrong.setdefault(int(number), unusable_value(modality, error))
            return ""


def _number(row: LeftOut) -> tuple[int, str]:
    number = row.row.rpartition(" ")[2]
    return (int(number) if number.isdecimal() else 0), row.row


def _unusable(found: Contents, left_out: tuple[LeftOut, ...], others: Sequence[str]) -> str:
    """Return why no row can be used; others: what the rows hold besides their images."""
    if not left_out:
        return f"{found.shown} has no rows below its header."
    more = f" So it is with {len(left_out) - 1:,} more." if len(left_out) > 1 else ""
    packed = [name for name in found.files.names if name.lower().endswith(".zip")]
    inside = f" The zip {shown(packed[0])} is not opened: unpack it first." if packed else ""
    alone = f" To use the {' and '.join(others)} alone, choose no column of images (--image none)." if others else ""
    return f"{found.shown} has no row that can be used: {left_out[0]}{more}{inside}{alone}"
