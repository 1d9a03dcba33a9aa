"""Which rows are used, where each is held out, and which are drawn for what the driver does itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mmdemo.datasets.left_out import SMALL_CLASS
from mmdemo.datasets.rare_classes import check_classes, notes_on, rare_by_counts
from mmdemo.model.config import ModelConfig
from mmdemo.spark.cutting import kept
from mmdemo.spark.dealing import DRAW, FOLD, LABEL, LOT, placed
from mmdemo.spark.encoded_columns import missing_column, repeat_column
from mmdemo.spark.source import ID
from mmdemo.spark.ties import GROUP_KEY
from mmdemo.training.folds import NEVER
from mmdemo.training.split import INDIVISIBLE, enough

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

REPEATED = "repeated"
MOST_CLASSES = 20_000


@dataclass(frozen=True)
class Split:
    """The usable rows.

    frame: `id`, `label`, `group_key`, `fold` (−1 for never), `repeated`, `draw`, 0–1, by which rows are
    drawn, and `lot`, the same for groups: copies of what judges a model must not be among what it is fitted on.
    counts: (label, fold) → rows. reasons: label → why its class is left out. kinds: kind of
    reason → rows that are left out here. notes: what a person should know.
    """

    frame: "DataFrame"
    counts: Mapping[tuple[str, int], int]
    reasons: Mapping[str, str]
    kinds: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return tuple(sorted({label for label, _ in self.counts}))

    @property
    def folds(self) -> tuple[int, ...]:
        """The folds in which rows are held out."""
        return tuple(sorted({fold for _, fold in self.counts} - {NEVER}))

    def rows(self, fold: int | None = None) -> int:
        """Return how many rows there are, or are held out in a fold."""
        return sum(count for (_, one), count in self.counts.items() if fold is None or one == fold)


def split_of(keys: "DataFrame", tied: "DataFrame", config: ModelConfig) -> Split:
    """Return the usable rows of encoded ones that are not left out; raise a DatasetError for fewer than two classes.

    keys: with `missing_…` of each modality used. tied: of `ties_of`. One split holds out fold 0 of five.
    """
    from pyspark.sql import functions as F

    holds = ~_all([F.col(missing_column(name)) for name in config.encoders])
    repeats = [repeat_column(name) for name in config.encoders]
    joined = keys.select(ID, LABEL, holds.alias("holds")).join(tied.select(ID, GROUP_KEY, *repeats), ID)
    rows = kept(joined.where("holds").drop("holds"))
    counted = rows.groupBy(LABEL).agg(F.count(F.lit(1)).alias("rows"), F.countDistinct(GROUP_KEY).alias("groups"))
    found = {row[LABEL]: (row["rows"], row["groups"]) for row in counted.collect()}
    sizes = {label: count for label, (count, _) in found.items()}
    reasons = dict(rare_by_counts(sizes, {label: count for label, (_, count) in found.items()}))
    while True:
        check_classes(sizes, reasons)
        chosen = _without(rows, list(reasons))
        dealt = kept(placed(chosen, config))
        counts = {(row[LABEL], row[FOLD]): row["count"] for row in dealt.groupBy(LABEL, FOLD).count().collect()}
        undivided = _undivided(counts, config)
        if not undivided:
            break
        reasons |= undivided
    small = sum(sizes[label] for label in reasons if label in sizes)
    frame = kept(_marked(dealt, repeats))
    return Split(frame, counts, reasons, {SMALL_CLASS: small} if small else {}, tuple(notes_on(reasons)))


def _marked(rows: "DataFrame", repeats: Sequence[str]) -> "DataFrame":
    """Return the rows with `repeated`: whether a held-out pair's value, in any modality, stands in training, too."""
    from pyspark.sql import functions as F

    marks = []
    for place, code in enumerate(repeats):
        spread = rows.where(F.col(code).isNotNull()).groupBy(code).agg(F.min(FOLD).alias("a"), F.max(FOLD).alias("b"))
        mark = f"spread_{place}"
        rows = rows.join(spread.where("a <> b").select(code, F.lit(True).alias(mark)), code, "left")
        marks.append(F.coalesce(F.col(mark), F.lit(False)))
    known = (F.col(FOLD) != NEVER) & ~_all([~mark for mark in marks])
    return rows.select(ID, LABEL, GROUP_KEY, FOLD, known.alias(REPEATED), DRAW, LOT)


def _without(rows: "DataFrame", labels: Sequence[str]) -> "DataFrame":
    from pyspark.sql import functions as F

    if not labels:
        return rows
    named = rows.sparkSession.createDataFrame(pa.table({LABEL: pa.array(labels, pa.string())}))
    return rows.join(F.broadcast(named), LABEL, "left_anti")  # thousands in a condition take Spark's planner seconds


def _undivided(counts: Mapping[tuple[str, int], int], config: ModelConfig) -> dict[str, str]:
    """Return label → why it is left out, of the classes without which some model would have to be trained."""
    folds: dict[str, dict[int, int]] = {}
    for (label, fold), count in counts.items():
        folds.setdefault(label, {})[fold] = count
    return {label: INDIVISIBLE for label in sorted(folds) if not enough(folds[label], config)}


def _all(conditions: Sequence[Any]) -> Any:
    from functools import reduce

    return reduce(lambda one, other: one & other, conditions)


