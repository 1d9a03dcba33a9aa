"""Your own data: a folder or zip that holds data.csv and the images it names."""

import posixpath
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.file_tree import FileTree, Folder
from mmdemo.datasets.table import Row, Table, columns_listed, listed, read_table
from mmdemo.datasets.zip_tree import ZipTree
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.source import image_content

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
    found = read_table(tree.read(table))
    rows = found.rows
    names = _resolve(rows, tree.names, posixpath.dirname(table)) if "image" in found.modalities else []
    _check_classes(rows)
    frame = pd.DataFrame([row.cells for row in rows], index=[f"row {row.number}" for row in rows])
    if names:
        places = tree.place(names)
        images = [places[name] for name in names]
        _check_formats(rows, images)
        frame["image"] = [str(image) for image in images]
    name = where.stem if where.is_file() else where.absolute().name
    return Dataset(frame, name=name, source=f"Your own data: {name}.", licence="yours", notes=_notes(found))


def _notes(table: Table) -> tuple[str, ...]:
    lacking = [repr(name) for name in MODALITIES if name not in table.modalities]
    return (f"data.csv has no column {' or '.join(lacking)}; {columns_listed(table.header)}.",) if lacking else ()


def open_tree(path: Path) -> FileTree:
    """Return the files of a folder or zip."""
    if path.is_dir():
        return Folder(path)
    if path.suffix.lower() == ".zip" or (path.is_file() and zipfile.is_zipfile(path)):
        return ZipTree(path)
    raise DatasetError(f"{str(path)!r} is neither a folder nor a zip; give one that holds data.csv and the images.")


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
    missing = [f"{image!r} (row {row})" for (image, row), found in zip(cells, candidates, strict=True) if not found]
    if missing:
        files = f"{len(missing):,} files that are" if len(missing) > 1 else "a file that is"
        raise DatasetError(f"data.csv names {files} not there: {listed(missing)}.")
    return [finder.only(found, *cell) for cell, found in zip(cells, candidates, strict=True)]


class FileFinder:
    """Find the files that a data.csv names: the one at that path from it, else those of that name anywhere.

    names: of all files. folder: where data.csv lies.

    >>> FileFinder(["pets/a.png"], "").candidates("a.png", row=2)
    ['pets/a.png']
    """

    def __init__(self, names: Sequence[str], folder: str) -> None:
        self._folder = _plain(folder)
        self._exact = {_plain(name): name for name in names}
        self._by_name = defaultdict(list)
        for name in names:
            self._by_name[_plain(posixpath.basename(name))].append(name)

    def candidates(self, image: str, row: int) -> list[str]:
        """Return the names of the files that a cell may mean; raise DatasetError where its path leaves the data."""
        wanted = posixpath.normpath(_plain(image.replace("\\", "/")))
        if wanted.startswith(("/", "../")) or re.match("[A-Za-z]:", wanted):
            raise DatasetError(f"Row {row} of data.csv names {image!r}, which is outside the data; "
                               "write the path from data.csv.")
        at_path = self._exact.get(posixpath.join(self._folder, wanted))
        return [at_path] if at_path else self._by_name.get(wanted, [])

    def only(self, found: Sequence[str], image: str, row: int) -> str:
        """Return a cell's only candidate; raise DatasetError where there are several."""
        if len(found) > 1:
            raise DatasetError(f"Row {row} of data.csv names {image!r}, which could be "
                               f"{listed([repr(name) for name in found])}; write its path.")
        return found[0]


def _plain(name: str) -> str:
    """Return a name in the form used for comparison, because some systems write é as e and an accent."""
    return unicodedata.normalize("NFC", name)


def _check_formats(rows: Sequence[Row], images: Sequence[Path]) -> None:
    """Raise DatasetError where a file's first bytes are not an image's; nothing is decoded yet."""
    refused = [error for row, image in zip(rows, images, strict=True) if (error := _refusal(row, image))]
    if refused:
        more = f" The same applies to {len(refused) - 1:,} more rows." if len(refused) > 1 else ""
        raise DatasetError(f"{refused[0]}{more}")


def _refusal(row: Row, image: Path) -> str:
    """Return why the file of a row is not an image, "" if it is one."""
    name = f"{row.cells['image']!r} (row {row.number} of data.csv)"
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
