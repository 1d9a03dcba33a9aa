"""Pairs to classify: no labels needed, and one bad row does not affect the others."""

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.datasets.archive import find_table
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.csv_rows import MOST_BYTES
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.files.finder import FileFinder
from mmdemo.datasets.files.opening import open_tree
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.table import find_column, read_cells
from mmdemo.datasets.wording import columns_listed
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES


@dataclass(frozen=True)
class UnlabelledPair:
    """One row: its cells as written, and modality → value of those that are not empty, such as an image's path.

    error: why its image cannot be used, in one sentence, else empty.
    """

    cells: tuple[str, ...]
    values: Mapping[str, Any]
    error: str = ""


@dataclass(frozen=True)
class UnlabelledPairs:
    """Rows to classify, and the names of their columns."""

    header: tuple[str, ...]
    rows: tuple[UnlabelledPair, ...]


def unlabelled(name_or_path: str | Path) -> UnlabelledPairs:
    """Return the pairs of a dataset by name, or of a folder or zip whose data.csv has a column of a modality or more.

    Raises DatasetError where nothing can be read at all.
    """
    if str(name_or_path) in SOURCES:
        return _of_dataset(load(name_or_path))
    where = Path(name_or_path)
    if not os.path.exists(where):
        known = ", ".join(sorted(SOURCES))
        raise DatasetError(f"There is no dataset {str(where)!r}: choose one of {known}, or give a folder or a zip.")
    tree = open_tree(where)
    table = find_table(tree, where.name)
    with tree.opened(table, MOST_BYTES) as file:
        header, rows = read_cells(file)
    columns = {name: place for name in MODALITIES if (place := find_column(header, name)) is not None}
    if not columns:
        lacking = " nor ".join(map(repr, MODALITIES))
        raise DatasetError(f"data.csv has neither a column {lacking}; {columns_listed(header)}.")
    if not rows:
        raise DatasetError("data.csv has no rows below its header.")
    finder = FileFinder.of(tree, posixpath.dirname(table), (cell for _, cells in rows for cell in cells))
    return UnlabelledPairs(header, tuple(_pairs(rows, columns, tree, finder)))


def _of_dataset(dataset: Dataset) -> UnlabelledPairs:
    names = dataset.modalities
    columns = (dataset.frame.index, dataset.frame["label"], *(values_of(dataset.frame, name) for name in names))
    rows = []
    for row, label, *values in zip(*columns, strict=True):
        found = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        shown = [Path(found[name]).name if name == "image" else str(found.get(name, "")) for name in names]
        rows.append(UnlabelledPair((str(row), *shown, label), found))
    return UnlabelledPairs(("id", *names, "label"), tuple(rows))


def _pairs(
    rows: Sequence[tuple[int, tuple[str, ...]]], columns: Mapping[str, int], tree: FileTree, finder: FileFinder
) -> Iterable[UnlabelledPair]:
    images = [(cells[columns["image"]] if "image" in columns else "", number) for number, cells in rows]
    found = [_find(finder, image, number) for image, number in images]
    places = tree.place({name for name, _ in found if name})
    for (_, cells), (name, error) in zip(rows, found, strict=True):
        image = places.get(name)
        values = {column: cells[place] for column, place in columns.items() if cells[place] and column != "image"}
        if isinstance(image, Path):
            values["image"] = str(image)
        yield UnlabelledPair(cells, values, str(image) if isinstance(image, DatasetError) else error)


def _find(finder: FileFinder, image: str, number: int) -> tuple[str, str]:
    """Return the name of a cell's file, or why there is none; both empty for an empty cell."""
    if not image:
        return "", ""
    file = finder.find(image)
    return file.name or "", f"Row {number} {file.reason}; {file.remedy}." if file.reason else ""
