"""The rows of a working copy, and the dataset that they make with what a person has changed since."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.copied_left_out import first_left_out, left_out_of_copy
from mmdemo.datasets.data_frame import modalities_of
from mmdemo.datasets.edits import read_edits
from mmdemo.datasets.image_copies import IMAGES
from mmdemo.datasets.left_out import BY_HAND, SMALL_CLASS, LeftOut, kinds_of
from mmdemo.datasets.own_dataset import unlabelled_rows
from mmdemo.datasets.rare_classes import UsedClasses, left_out_of, notes_on, used_classes
from mmdemo.datasets.scarce import without_scarce
from mmdemo.errors import DatasetError, UnlabelledError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.frames import read_frame
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json

FACTS, PAIRS = "data.json", "pairs.parquet"
MARK, SCHEMA = "working_copy", 1
IMAGE = "image"
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class CopiedRows:
    """folder: of the working copy. facts: its data.json. pairs: by row id: modalities, `label` ("" for none), `tied`
    (equal for pairs that stay together) and perhaps `group`.
    """

    folder: Path
    facts: Mapping[str, Any]
    pairs: pd.DataFrame


def is_copy(folder: Path) -> bool:
    """Return whether a folder is a working copy."""
    return all(os.path.isfile(folder / name) for name in (PAIRS, FACTS))


def rows_of(folder: Path) -> CopiedRows:
    """Return the rows of a working copy; raise a DatasetError where it is gone, damaged or of another version."""
    try:
        facts = read_json(read_bytes(folder / FACTS, _MOST_BYTES))
        pairs = read_frame(folder / PAIRS).set_index("id")
        if facts[MARK] != SCHEMA:
            raise DatasetError("This data was prepared by another version: bring it again.")
        ColumnMapping.from_json(facts["mapping"])
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise DatasetError("This data is damaged here: bring it again.") from error
    for name in modalities_of(pairs):
        read = _placed(folder) if name == IMAGE else MODALITIES[name].read
        pairs[name] = [read(value) if value else "" for value in pairs[name].tolist()]
    return CopiedRows(folder, facts, pairs)


def dataset_of_rows(rows: CopiedRows, edits: str, most_left_out: int | None = None) -> Dataset:
    """Return the labelled pairs with a person's edits, as a dataset; raise an UnlabelledError where there is none.

    Classes that are too small are left out, unless fewer than two would be left.
    most_left_out: how many of the rows that are left out it says; all by default.
    """
    pairs, by_hand = edited(rows, read_edits(rows.folder, edits))
    facts = rows.facts
    labelled = pairs[pairs[LABEL] != ""]
    if labelled.empty:
        raise UnlabelledError(
            f"No row of {facts['name']!r} has a label, so no model can be trained on it. A model that you have can "
            "answer its rows. If a column holds the labels, choose it on the Data page."
        )
    classes = classes_of(rows, labelled)
    labels, rare = classes.labels, classes.left_out
    notes = [said for said in facts["notes"] if said not in facts["notes_on_classes"]]
    bare = unlabelled_rows(pairs[pairs[LABEL] == ""])
    kept = [column for column in (*modalities_of(labelled), LABEL, GROUP) if column in labelled]
    frame, scarce = without_scarce(labelled.assign(**{LABEL: labels})[~labels.isin(list(rare))][kept])
    return Dataset(
        frame,
        name=facts["name"],
        source=f"Your own data: {facts['name']}.",
        licence="yours",
        notes=(*notes, *scarce, *classes.notes, *notes_on(rare)),
        options={"edits": edits} if edits else {},
        left_out=(*left_out_rows(rows, by_hand, classes, most_left_out), *bare)[:most_left_out],
        left_out_kinds=kinds_left_out(rows, by_hand, classes) | kinds_of(bare),
        unused=tuple(facts["unused_files"]),
        location=str(rows.folder),
    )


def classes_of(rows: CopiedRows, labelled: pd.DataFrame) -> UsedClasses:
    """Return what becomes of the classes of these labelled pairs."""
    rare = ColumnMapping.from_json(rows.facts["mapping"]).rare
    return used_classes(labelled[LABEL], labelled["tied"].to_numpy(str), rare)


def left_out_rows(
    rows: CopiedRows, by_hand: Sequence[LeftOut], classes: UsedClasses, most: int | None = None
) -> tuple[LeftOut, ...]:
    """Return the rows that are left out, besides those without a label; by_hand: those that a person left out.

    most: how many are needed; all by default, for which a file may be read.
    """
    listed = left_out_of_copy(rows.folder, rows.facts) if most is None else first_left_out(rows.facts)
    others = (row for row in listed if row.row not in rows.pairs.index)
    return (*others, *by_hand, *left_out_of(classes.labels, classes.left_out))


def kinds_left_out(rows: CopiedRows, by_hand: Sequence[LeftOut], classes: UsedClasses) -> dict[str, int]:
    """Return kind → how many rows are left out for it, of all those that `left_out_rows` may return."""
    listed = rows.facts.get("left_out_kinds") or kinds_of(first_left_out(rows.facts))
    of_rows = {kind: count for kind, count in listed.items() if kind != SMALL_CLASS}
    return of_rows | kinds_of((*by_hand, *left_out_of(classes.labels, classes.left_out)))


def edited(rows: CopiedRows, edits: Mapping[str, Any]) -> tuple[pd.DataFrame, tuple[LeftOut, ...]]:
    """Return the pairs as edited, and those that a person has left out."""
    pairs = rows.pairs
    dropped = pairs.index.isin(edits["left_out"])
    by_hand = tuple(LeftOut(str(row), "was left out by hand", "", BY_HAND) for row in pairs.index[dropped])
    known = [row for row in edits["labels"] if row in pairs.index]
    labels = pairs[LABEL].astype(object)
    labels[known] = [edits["labels"][row] for row in known]
    added = [_added(rows.folder, **{**one, "source": one["from"]}) for one in edits["added"]]
    return pd.concat([pairs.assign(**{LABEL: labels})[~dropped], *added]), by_hand


def _added(folder: Path, source: str, row: str, label: str, **_: str) -> pd.DataFrame:
    """Return one labelled row of another data set, whose folder lies beside this one's."""
    if Path(source).name != source or source in ("", ".", ".."):
        raise DatasetError(f"The edits name {source!r}, which is no data set.")
    found = rows_of(folder.resolve().parent.parent / source / folder.name).pairs
    if row not in found.index:
        raise DatasetError(f"The edits name {row!r} of another data set, which is not there.")
    return found.loc[[row]].assign(**{LABEL: label, "tied": f"{source} {row}"}).set_axis([f"{row} of {source[:8]}"])


def _placed(folder: Path) -> Any:
    return lambda name: str(folder / IMAGES / name)
