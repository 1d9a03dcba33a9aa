"""A working copy of somebody's data: cleaned, its images small and of our own making, its quality known."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.cleaning import joined
from mmdemo.datasets.copied_rows import FACTS, IMAGE, PAIRS, dataset_of_rows, is_copy, rows_of
from mmdemo.datasets.copy_facts import facts_of
from mmdemo.datasets.edits import with_edits
from mmdemo.datasets.groups import groups
from mmdemo.datasets.image_copies import IMAGES, ImageCopies, copy_images
from mmdemo.datasets.left_out import LeftOut, unusable_image
from mmdemo.datasets.outcome import Outcome, outcome_of
from mmdemo.datasets.own_data import OwnData
from mmdemo.datasets.sheet_file import CELLS, write_cells
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.frames import write_frames
from mmdemo.storage.whole import whole_folder

__all__ = ["Outcome", "is_copy", "outcome", "read", "seconds", "with_edits", "write"]

_TIED = 0.4  # share of the time that comparing all images takes of examining the data; the used ones follow
_ROW = {"read": 3e-4, "images": 1.3e-3, "quality": 3e-4}
"""Stage → roughly its seconds for each row; `read` comes before the copy."""

_USUAL_ROWS, _COMPARED = 1_000, 9e-4  # until the table is read; seconds more of the last stage, where there are images
Report = Callable[[str, float], None]
"""Called with a stage, `images` or `quality`, and the share (0–1) of it that is done."""


def write(own: OwnData, folder: Path, report: Report = lambda stage, share: None, name: str = "") -> dict[str, Any]:
    """Write a working copy to a folder, whole or not at all, and return what its data.json says.

    Every image is decoded once; rows whose image cannot be are left out. name: of the data [default: own.name].
    Raises a DatasetError, one sentence, where no row is left.
    """
    with whole_folder(folder) as place:
        pairs = pd.concat([own.frame, own.unlabelled.assign(**{LABEL: ""})])
        pairs = pairs.iloc[_in_order(pairs.index)]
        copies = _copied(pairs, place, report)
        pairs, damaged = _without_damaged(pairs, copies)
        if pairs.empty:
            raise DatasetError(f"{own.name!r} has no row that can be used: {damaged[0]}")
        report("quality", 0.0)
        tied = groups(_placed(pairs, place), lambda share: report("quality", _TIED * share)).keys
        facts = facts_of(own, name or own.name, _placed(pairs, place), tied, damaged, copies, place, _after(report))
        with (place / PAIRS).open("wb") as file:
            write_frames([_written(own, pairs, tied)], file)
        with (place / CELLS).open("wb") as file:
            write_cells(own.sheet, file)
        (place / FACTS).write_bytes(json.dumps(facts, ensure_ascii=False).encode())
        report("quality", 1.0)
    return facts


def seconds(own: OwnData | None = None) -> dict[str, float]:
    """Return stage → roughly how many seconds it takes; own: the data, None until it is read."""
    rows = _USUAL_ROWS if own is None else own.rows
    found = {stage: rows * each for stage, each in _ROW.items()}
    if own is not None and IMAGE not in own.frame:
        return found | {"images": 0.0}
    return found | {"quality": found["quality"] + rows * _COMPARED}


def read(folder: Path | str, edits: str = "", most_left_out: int | None = None) -> Dataset:
    """Return the labelled pairs of a working copy, without those of classes that are too small.

    edits: a name that `with_edits` returned, "" for none. most_left_out: how many of the rows that are left out are
    needed; all by default. Raises a DatasetError where the copy is damaged.
    """
    return dataset_of_rows(rows_of(Path(folder)), edits, most_left_out)


def outcome(folder: Path | str, edits: str = "", most_left_out: int | None = None) -> Outcome:
    """Return what became of the rows of a working copy; parameters as in `read`, and the same errors."""
    return outcome_of(rows_of(Path(folder)), edits, most_left_out)


def _after(report: Report) -> Callable[[float], None]:
    """Return what reports the rest of examining the data, after the comparison of all images."""
    return lambda share: report("quality", _TIED + (1 - _TIED) * share)


def _in_order(ids: pd.Index) -> list[int]:
    numbers = [int(str(row).rpartition(" ")[2]) for row in ids]
    return sorted(range(len(ids)), key=numbers.__getitem__)


def _copied(pairs: pd.DataFrame, place: Path, report: Report) -> ImageCopies:
    images = list(dict.fromkeys(image for image in pairs[IMAGE].tolist() if image)) if IMAGE in pairs else []
    report("images", 0.0)
    copies = copy_images(images, place, lambda share: report("images", share))
    report("images", 1.0)
    return copies


def _without_damaged(pairs: pd.DataFrame, copies: ImageCopies) -> tuple[pd.DataFrame, list[LeftOut]]:
    """Return the pairs with the names of their copies, without those of which there is none, and the latter."""
    if IMAGE not in pairs:
        return pairs, []
    refused = {row: copies.refused[image] for row, image in pairs[IMAGE].items() if image in copies.refused}
    left_out = [LeftOut(str(row), *unusable_image(why)) for row, why in refused.items()]
    kept = pairs[~pairs.index.isin(list(refused))]
    return kept.assign(**{IMAGE: [copies.names.get(image, "") for image in kept[IMAGE].tolist()]}), left_out


def _placed(pairs: pd.DataFrame, place: Path) -> pd.DataFrame:
    """Return the pairs with the paths of their images in a folder."""
    if IMAGE not in pairs:
        return pairs
    return pairs.assign(**{IMAGE: [str(place / IMAGES / name) if name else "" for name in pairs[IMAGE].tolist()]})


def _written(own: OwnData, pairs: pd.DataFrame, tied: Any) -> pd.DataFrame:
    """Return the pairs as they are kept: each value as it is written in the table, an image as the name of its copy."""
    found = pairs.assign(tied=tied)
    for name in MODALITIES:
        if name in found and name != IMAGE:
            cells = joined(own.sheet, own.mapping.columns[name])
            found[name] = cells.set_axis([f"row {number}" for number in cells.index])[found.index]
    return found.rename_axis("id").reset_index()
