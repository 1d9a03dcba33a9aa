"""Your own data: a folder or zip that holds data.csv and the images it names."""

import posixpath
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.csv_rows import MOST_BYTES
from mmdemo.datasets.files.finder import FileFinder
from mmdemo.datasets.files.opening import open_tree
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.table import Table, read_table
from mmdemo.datasets.wording import columns_listed, listed, shown
from mmdemo.errors import DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.source import image_content

_PART = 2_000  # cells that are read at a time, for the sake of memory
SMALLEST_CLASS = 8  # pairs: with fewer, some folds or the held-out pairs could have none


def archive(path: Path | str) -> Dataset:
    """Load the pairs of a folder or zip: each row of its data.csv holds a label, and an image, a text or both.

    data.csv names an image by its path from there, or by its file name alone, in any folder. Pairs with an equal value
    in its column `group`, if there is one, stay on one side of every split.

    Raises DatasetError, one sentence that names the rows, if anything is missing or unusable.
    """
    where = Path(path)
    tree = open_tree(where)
    table = find_table(tree, where.name)
    with tree.opened(table, MOST_BYTES) as file:
        found = read_table(file)
    cells = found.cells
    names = _resolve(cells["image"], tree, table) if "image" in found.modalities else []
    _check_classes(cells[LABEL])
    frame = cells.assign(**{name: _values(cells[name]) for name in found.modalities})
    if names:
        places = tree.place(names)
        images = [_usable(places[name]) for name in names]
        _check_formats(cells["image"], images)
        frame["image"] = [str(image) for image in images]
    frame.index = pd.Index([f"row {number}" for number in cells.index])
    name = where.stem if where.is_file() else where.absolute().name
    return Dataset(frame, name=name, source=f"Your own data: {name}.", licence="yours", notes=_notes(found))


def _values(cells: pd.Series) -> pd.Series:
    """Return what the cells of a modality become; raise DatasetError where it cannot read one."""
    parts = (cells.iloc[start : start + _PART] for start in range(0, len(cells), _PART))
    name = str(cells.name)
    return pd.concat([pd.Series([_value(name, *cell) for cell in _numbered(part)], part.index) for part in parts])


def _numbered(cells: pd.Series) -> list[tuple[int, str]]:
    return list(zip(cells.index.tolist(), cells.tolist(), strict=True))


def _value(column: str, number: int, written: str) -> Any:
    try:
        return MODALITIES[column].read(written)
    except MMDemoError as error:
        raise DatasetError(f"The {column} in row {number} of data.csv cannot be used: {error}") from error


def _notes(table: Table) -> tuple[str, ...]:
    lacking = [repr(name) for name in MODALITIES if name not in table.modalities]
    return (f"data.csv has no column {' or '.join(lacking)}; {columns_listed(table.header)}.",) if lacking else ()


def _usable(place: Path | DatasetError) -> Path:
    """Return the path of a file; raise what kept it from being unpacked."""
    if isinstance(place, DatasetError):
        raise place
    return place


def find_table(tree: FileTree, where: str) -> str:
    """Return the name of data.csv: at the top, or in a folder at the top."""
    tables = [name for name in tree.names if posixpath.basename(name).lower() == "data.csv" and name.count("/") < 2]
    tables = [name for name in tables if "/" not in name] or tables
    if len(tables) > 1:
        raise DatasetError(f"{where!r} holds more than one data.csv: {listed(tables)}; keep one.")
    if not tables:
        found = f"it holds {listed([repr(name) for name in tree.names])}" if tree.names else "it is empty"
        raise DatasetError(f"{where!r} holds no data.csv with the columns image, text and label; {found}.")
    return tables[0]


def _resolve(images: pd.Series, tree: FileTree, table: str) -> list[str]:
    """Return the name of the file of each cell."""
    finder = FileFinder.of(tree, posixpath.dirname(table), images)
    found = [(row, finder.find(image)) for row, image in _numbered(images)]
    if wrong := [f"Row {row} {file.reason}; {file.remedy}." for row, file in found if file.name is None]:
        more = f" The same applies to {len(wrong) - 1:,} more rows." if len(wrong) > 1 else ""
        raise DatasetError(f"{wrong[0]}{more}")
    return [str(file.name) for _, file in found]


def _check_formats(cells: pd.Series, images: Sequence[Path]) -> None:
    """Raise DatasetError where a file's first bytes are not an image's; nothing is decoded yet."""
    refused = [error for cell, image in zip(_numbered(cells), images, strict=True) if (error := _refusal(*cell, image))]
    if refused:
        more = f" The same applies to {len(refused) - 1:,} more rows." if len(refused) > 1 else ""
        raise DatasetError(f"{refused[0]}{more}")


def _refusal(row: int, cell: str, image: Path) -> str:
    """Return why the file of a row is not an image, "" if it is one."""
    name = f"{shown(cell)} (row {row} of data.csv)"
    try:
        refusal = image_content(image).refusal
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}."
    return f"{name}{refusal}" if refusal else ""


def _check_classes(labels: pd.Series) -> None:
    """Raise DatasetError for a single class, or a class with too few pairs."""
    counts = Counter(labels)
    if len(counts) == 1:
        raise DatasetError(f"data.csv has only one label, {labels.iloc[0]!r}; a classifier needs at least two.")
    small = [f"{label!r} ({count})" for label, count in sorted(counts.items()) if count < SMALLEST_CLASS]
    if small:
        raise DatasetError(f"Each class needs at least {SMALLEST_CLASS} pairs; too few: {listed(small)}. "
                           "Add pairs, or merge or leave out these classes.")
