"""Your own data: a folder or zip that holds data.csv and the images it names."""

import os
import posixpath
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.csv_rows import MOST_BYTES
from mmdemo.datasets.file_finder import FileFinder
from mmdemo.datasets.file_tree import FileTree, Folder
from mmdemo.datasets.table import Row, Table, read_table
from mmdemo.datasets.wording import columns_listed, listed, shown
from mmdemo.datasets.zip_tree import ZipTree
from mmdemo.errors import DatasetError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.source import image_content
from mmdemo.storage.reading import open_regular

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
    rows = found.rows
    names = _resolve(rows, tree.names, posixpath.dirname(table)) if "image" in found.modalities else []
    _check_classes(rows)
    columns = {name: [_value(row, name) for row in rows] for name in rows[0].cells}
    frame = pd.DataFrame(columns, index=[f"row {row.number}" for row in rows])
    if names:
        places = tree.place(names)
        images = [_usable(places[name]) for name in names]
        _check_formats(rows, images)
        frame["image"] = [str(image) for image in images]
    name = where.stem if where.is_file() else where.absolute().name
    return Dataset(frame, name=name, source=f"Your own data: {name}.", licence="yours", notes=_notes(found))


def _value(row: Row, column: str) -> Any:
    """Return what a cell becomes; raise DatasetError where its modality cannot read it."""
    try:
        return MODALITIES[column].read(row.cells[column]) if column in MODALITIES else row.cells[column]
    except MMDemoError as error:
        raise DatasetError(f"The {column} in row {row.number} of data.csv cannot be used: {error}") from error


def _notes(table: Table) -> tuple[str, ...]:
    lacking = [repr(name) for name in MODALITIES if name not in table.modalities]
    return (f"data.csv has no column {' or '.join(lacking)}; {columns_listed(table.header)}.",) if lacking else ()


def _usable(place: Path | DatasetError) -> Path:
    """Return the path of a file; raise what kept it from being unpacked."""
    if isinstance(place, DatasetError):
        raise place
    return place


def open_tree(path: Path) -> FileTree:
    """Return the files of a folder or zip; raise DatasetError for anything else, or a path that no table can hold."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError as error:
        readable = os.fsencode(path.absolute().name).decode("utf-8", "replace")
        raise DatasetError(f"The path of {readable!r} is not UTF-8; rename the folder or file.") from error
    if path.is_dir():
        return Folder(path)
    if path.suffix.lower() == ".zip" or _is_zip(path):
        return ZipTree(path)
    raise DatasetError(f"{str(path)!r} is neither a folder nor a zip; give one that holds data.csv and the images.")


def _is_zip(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return zipfile.is_zipfile(file)
    except OSError:
        return False


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


def _resolve(rows: Sequence[Row], names: Sequence[str], folder: str) -> list[str]:
    """Return the name of each row's file; `folder` is the folder of data.csv."""
    finder = FileFinder(names, folder)
    cells = [(row.cells["image"], row.number) for row in rows]
    candidates = [finder.candidates(*cell) for cell in cells]
    both = zip(cells, candidates, strict=True)
    missing = [f"{shown(image)} (row {row})" for (image, row), found in both if not found]
    if missing:
        files = f"{len(missing):,} files that are" if len(missing) > 1 else "a file that is"
        raise DatasetError(f"data.csv names {files} not there: {listed(missing)}.")
    return [finder.only(found, *cell) for cell, found in zip(cells, candidates, strict=True)]


def _check_formats(rows: Sequence[Row], images: Sequence[Path]) -> None:
    """Raise DatasetError where a file's first bytes are not an image's; nothing is decoded yet."""
    refused = [error for row, image in zip(rows, images, strict=True) if (error := _refusal(row, image))]
    if refused:
        more = f" The same applies to {len(refused) - 1:,} more rows." if len(refused) > 1 else ""
        raise DatasetError(f"{refused[0]}{more}")


def _refusal(row: Row, image: Path) -> str:
    """Return why the file of a row is not an image, "" if it is one."""
    name = f"{shown(row.cells['image'])} (row {row.number} of data.csv)"
    try:
        refusal = image_content(image).refusal
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}."
    return f"{name}{refusal}" if refusal else ""


def _check_classes(rows: Sequence[Row]) -> None:
    """Raise DatasetError for a single class, or a class with too few pairs."""
    counts = Counter(row.cells[LABEL] for row in rows)
    if len(counts) == 1:
        raise DatasetError(f"data.csv has only one label, {rows[0].cells[LABEL]!r}; a classifier needs at least two.")
    small = [f"{label!r} ({count})" for label, count in sorted(counts.items()) if count < SMALLEST_CLASS]
    if small:
        raise DatasetError(f"Each class needs at least {SMALLEST_CLASS} pairs; too few: {listed(small)}. "
                           "Add pairs, or merge or leave out these classes.")
