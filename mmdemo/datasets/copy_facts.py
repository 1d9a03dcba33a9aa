"""What data.json says of a working copy: for the page that shows it, so that nothing is computed there."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.copied_left_out import write_left_out
from mmdemo.datasets.copied_rows import IMAGE, MARK, SCHEMA
from mmdemo.datasets.data_frame import modalities_of
from mmdemo.datasets.image_copies import ImageCopies
from mmdemo.datasets.image_findings import ImageHeads
from mmdemo.datasets.left_out import LeftOut, kinds_of
from mmdemo.datasets.own_data import OwnData
from mmdemo.datasets.quality import examine
from mmdemo.datasets.rare_classes import left_out_of, notes_on, used_classes
from mmdemo.datasets.scarce import without_scarce
from mmdemo.datasets.summary import summarise

_Fact = TypeVar("_Fact")
_MOST_UNUSED = 100  # names of files


def facts_of(
    own: OwnData,
    name: str,
    pairs: pd.DataFrame,
    tied: np.ndarray,
    damaged: Sequence[LeftOut],
    copies: ImageCopies,
    place: Path,
    report: Callable[[float], None],
) -> dict[str, Any]:
    """Return what is known of a working copy; pairs: its rows, with paths. tied: str (n,), the groups of the pairs.

    damaged: the rows whose image cannot be copied. place: of the file of many rows that are left out.
    report: called with the share (0–1) done.
    """
    labelled = (pairs[LABEL] != "").to_numpy()
    frame, group = pairs[labelled], tied[labelled]
    classes = used_classes(frame[LABEL], group, own.mapping.rare)
    of_rare = left_out_of(classes.labels, classes.left_out)
    of_classes = [*classes.notes, *notes_on(classes.left_out)]
    used = frame.assign(**{LABEL: classes.labels})[~classes.labels.isin(list(classes.left_out))]
    left_out = sorted((*own.left_out, *damaged, *of_rare), key=lambda one: int(one.row.rpartition(" ")[2]))
    return {
        MARK: SCHEMA,
        "name": name,
        "mapping": own.mapping.to_json(""),
        "rows": own.rows,
        "used": len(used),
        "unlabelled": int((~labelled).sum()),
        "left_out": write_left_out(left_out, place),
        "left_out_kinds": kinds_of(left_out),
        "notes": [*own.notes, *copies.notes, *of_classes],
        "notes_on_classes": of_classes,
        "problem": classes.problem,
        "unused": len(own.unused),
        "unused_files": list(own.unused[:_MOST_UNUSED]),
        "images_reduced": copies.reduced,
        **_quality(name, used, copies, own.unused, report),
    }


def _quality(
    name: str, used: pd.DataFrame, copies: ImageCopies, unused: tuple[str, ...], report: Callable[[float], None]
) -> dict[str, Any]:
    """Return the classes, the findings and the numbers of the rows that are used."""
    if used.empty:
        return {"classes": {}, "findings": [], "summary": None}
    kept = [column for column in (*modalities_of(used), LABEL, GROUP) if column in used]
    frame, _ = without_scarce(used[kept])
    dataset = Dataset(frame, name=name, source=f"Your own data: {name}.", licence="yours", unused=unused)
    heads = ImageHeads(sizes=_by_row(used, copies.sizes), colours=_by_row(used, copies.colours), reasons={})
    summary = summarise(dataset, examine(dataset, heads, report))
    findings, _ = summary.pop("findings"), summary.pop("left_out")
    return {"classes": dict(Counter(used[LABEL].tolist())), "findings": findings, "summary": summary}


def _by_row(used: pd.DataFrame, by_name: Mapping[str, _Fact]) -> dict[str, _Fact]:
    """Return row id → what is known of its image before it was copied; by_name: name of a copy → what is known."""
    if IMAGE not in used:
        return {}
    names = {str(row): image.rpartition("/")[2] for row, image in used[IMAGE].items() if image}
    return {row: by_name[name] for row, name in names.items() if name in by_name}
