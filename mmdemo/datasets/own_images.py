"""The images that a table's cells name: found, unpacked, and where asked for decoded once to see that they can be."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from mmdemo.datasets.files.finder import FileFinder, Found
from mmdemo.datasets.files.folding import is_image
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.left_out import NO_IMAGE, Why, unusable_image
from mmdemo.datasets.placeholders import is_placeholder
from mmdemo.errors import DatasetError
from mmdemo.preprocess.look_alikes import unreadable
from mmdemo.preprocess.source import image_content, shown_name

Report = Callable[[float], None]

_PLACED, _READ = 0.2, 0.4  # shares of the time after which all are unpacked, and read once; then they are decoded
_TOLD = 64  # images between two reports


@dataclass(frozen=True)
class OwnImages:
    """paths: of each cell's image, "" where it is empty or wrong. wrong: row number → why its image cannot be used.

    unused: names of the image files that no cell means.
    """

    paths: pd.Series
    wrong: Mapping[int, Why]
    unused: tuple[str, ...]


def images_of(files: FileTree, table: str, cells: pd.Series, report: Report, verify: bool) -> OwnImages:
    """Return the images of a column; table: the name of its table. cells: row number → as written, "" for none.

    report: called with the share (0–1) done. verify: decode every image.
    """
    finder = FileFinder.of(files, posixpath.dirname(table), (cell for cell in cells.tolist() if cell))
    found = finder.find_all(cell for cell in cells.tolist() if cell)
    names = list(dict.fromkeys(one.name for one in found.values() if one.name is not None))
    places = files.place(names, lambda share: report(share * _PLACED))
    refused = _refused(places, lambda share: report(_PLACED + share * (_READ - _PLACED)))
    good = {name: place for name in names if name not in refused and isinstance(place := places[name], Path)}
    if verify:
        damaged = unreadable(list(good.values()), lambda share: report(_READ + share * (1 - _READ)))
        refused |= {name: damaged[str(place)] for name, place in good.items() if str(place) in damaged}
    read = partial(_read, found=found, refused=refused, places={name: str(place) for name, place in good.items()})
    both = [read(cell) for cell in cells.tolist()]
    wrong = {number: why for number, (_, why) in zip(cells.index.tolist(), both, strict=True) if why}
    unused = tuple(name for name in files.names if is_image(name) and name not in places)
    return OwnImages(pd.Series([path for path, _ in both], cells.index, dtype="str"), wrong, unused)


def _read(
    cell: str, found: Mapping[str, Found], refused: Mapping[str, str], places: Mapping[str, str]
) -> tuple[str, Why | None]:
    """Return the path of a cell's image, or why it cannot be used."""
    if not cell:
        return "", None
    one = found[cell]
    if one.name is None and is_placeholder(cell):
        return "", None
    if one.name is None:
        return "", (one.reason, one.remedy, NO_IMAGE)
    if one.name in refused:
        return "", unusable_image(refused[one.name])
    return places[one.name], None


def _refused(places: Mapping[str, Path | DatasetError], report: Report) -> dict[str, str]:
    """Return name → why its file is no image; each is read once, for its digest, too."""
    refused = {}
    for done, (name, place) in enumerate(places.items(), 1):
        if why := _refusal(place):
            refused[name] = why
        if done % _TOLD == 0:
            report(done / len(places))
    return refused


def _refusal(place: Path | DatasetError) -> str:
    """Return why a file is no image by its first bytes, or could not be unpacked; "" if it may be one."""
    if isinstance(place, DatasetError):
        return str(place)
    try:
        refusal = image_content(place).refusal
    except (OSError, ValueError) as error:
        return f"{shown_name(place)} cannot be read: {getattr(error, 'strerror', None) or 'its name is not valid'}."
    return f"{shown_name(place)}{refusal}" if refusal else ""
