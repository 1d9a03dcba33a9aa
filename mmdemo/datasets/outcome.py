"""What became of the rows of own data, with what a person has changed since: numbers that add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmdemo.datasets.base import LABEL
from mmdemo.datasets.copied_rows import CopiedRows, classes_of, edited, kinds_left_out, left_out_rows
from mmdemo.datasets.edits import read_edits
from mmdemo.datasets.left_out import LeftOut


@dataclass(frozen=True)
class Outcome:
    """What became of the rows: `used`, `unlabelled` and the rows left out are all `rows` of the table.

    left_out: the first of them, or all. kinds: of all of them: kind → how many.
    labelled: of the used ones, those that had no label before. added: used pairs of other data.
    changes: what a person did → how many rows. problem: why no model can be trained on them, "" if one can.
    """

    rows: int
    used: int
    unlabelled: int
    left_out: tuple[LeftOut, ...]
    kinds: Mapping[str, int]
    labelled: int
    added: int
    changes: dict[str, int]
    problem: str

    @property
    def rows_left_out(self) -> int:
        """How many rows are left out."""
        return self.rows - self.used - self.unlabelled


def outcome_of(rows: CopiedRows, name: str, most_left_out: int | None = None) -> Outcome:
    """Return what became of the rows of a working copy; name: of the edits, "" for none.

    most_left_out: how many of the rows that are left out are needed; all by default.
    """
    edits = read_edits(rows.folder, name)
    pairs, by_hand = edited(rows, edits)
    labelled = pairs[pairs[LABEL] != ""]
    classes = classes_of(rows, labelled)
    used = labelled.index[~classes.labels.isin(list(classes.left_out))]
    bare = rows.pairs.index[rows.pairs[LABEL] == ""]
    given = pairs.index.intersection(list(edits["labels"]))
    of_table = used.intersection(rows.pairs.index)
    return Outcome(
        rows=int(rows.facts["rows"]),
        used=len(of_table),
        unlabelled=int((pairs[LABEL] == "").sum()),
        left_out=tuple(sorted(left_out_rows(rows, by_hand, classes, most_left_out), key=_place))[:most_left_out],
        kinds=kinds_left_out(rows, by_hand, classes),
        labelled=len(of_table.intersection(bare).intersection(given)),
        added=len(used) - len(of_table),
        changes={
            "labelled": len(given.intersection(bare)),
            "labelled anew": len(given.difference(bare)),
            "left out": len(by_hand),
            "added": len(edits["added"]),
        },
        problem=classes.problem,
    )


def _place(row: LeftOut) -> int:
    number = row.row.partition(" of ")[0].rpartition(" ")[2]
    return int(number) if number.isdecimal() else 0
