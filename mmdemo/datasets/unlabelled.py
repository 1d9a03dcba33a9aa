"""Pairs to classify: no labels needed, and one bad row does not affect the others."""

import os
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmdemo.datasets.archive import FileFinder, find_table, open_tree
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.file_tree import FileTree
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.datasets.table import check_widths, columns_listed, find_column, read_cells
from mmdemo.errors import DatasetError


@dataclass(frozen=True)
class UnlabelledPair:
    """One row: its cells as written, its image (path) and caption, None where the cell is empty.

    error: why its image cannot be used, in one sentence, else empty.
    """

    cells: tuple[str, ...]
    image: str | None
    text: str | None
    error: str = ""


@dataclass(frozen=True)
class UnlabelledPairs:
    """Rows to classify, and the names of their columns."""

    header: tuple[str, ...]
    rows: tuple[UnlabelledPair, ...]


def unlabelled(name_or_path: str | Path) -> UnlabelledPairs:
    """Return the pairs of a dataset by name, or of a folder or zip whose data.csv has a column `image`, `text` or both.

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
    header, rows = read_cells(tree.read(table))
    columns = find_column(header, "image"), find_column(header, "text")
    if columns == (None, None):
        raise DatasetError(f"data.csv has neither a column 'image' nor 'text'; {columns_listed(header)}.")
    check_widths(rows, len(header))
    if not rows:
        raise DatasetError("data.csv has no rows below its header.")
    return UnlabelledPairs(tuple(header), tuple(_pairs(rows, header, columns, tree, posixpath.dirname(table))))


def _of_dataset(dataset: Dataset) -> UnlabelledPairs:
    columns = (dataset.frame.index, *(dataset.frame[column] for column in ("image", "text", "label")))
    rows = (
        UnlabelledPair((str(row), Path(image).name, text, label), image, text)
        for row, image, text, label in zip(*columns, strict=True)
    )
    return UnlabelledPairs(("id", "image", "text", "label"), tuple(rows))


def _pairs(
    rows: Sequence[tuple[int, list[str]]],
    header: Sequence[str],
    columns: tuple[int | None, int | None],
    tree: FileTree,
    folder: str,
) -> Iterable[UnlabelledPair]:
    finder = FileFinder(tree.names, folder)
    padded = [(number, tuple([*cells, *[""] * len(header)][: len(header)])) for number, cells in rows]
    images = ["" if columns[0] is None else cells[columns[0]] for _, cells in padded]
    found = [_find(finder, image, number) for image, (number, _) in zip(images, padded, strict=True)]
    places = _placed(tree, {name for name, _ in found if name})
    for (_, cells), (name, error) in zip(padded, found, strict=True):
        place = places.get(name, "")
        text = "" if columns[1] is None else cells[columns[1]]
        if isinstance(place, DatasetError):
            yield UnlabelledPair(cells, None, text or None, str(place))
        else:
            yield UnlabelledPair(cells, place or None, text or None, error)


def _find(finder: FileFinder, image: str, number: int) -> tuple[str, str]:
    """Return the name of a cell's file, or why there is none; both empty for an empty cell."""
    if not image:
        return "", ""
    try:
        candidates = finder.candidates(image, number)
        if not candidates:
            return "", f"Row {number} of data.csv names {image!r}, a file that does not exist."
        return finder.only(candidates, image, number), ""
    except DatasetError as error:
        return "", str(error)


def _placed(tree: FileTree, names: set[str]) -> dict[str, str | DatasetError]:
    """Return each file's path, or why it is not available."""
    try:
        return {name: str(place) for name, place in tree.place(names).items()}
    except DatasetError as error:
        if len(names) == 1:
            return {next(iter(names)): error}
    return {name: found for one in names for name, found in _placed(tree, {one}).items()}
