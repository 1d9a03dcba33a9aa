"""The held-out pairs with their answers: all are counted, and a sample comes to the driver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.model import Model
from mmdemo.spark.cutting import kept
from mmdemo.spark.fitting import Fitted
from mmdemo.spark.left_out import in_row_order
from mmdemo.spark.scoring import Scored, probabilities_in, right_column
from mmdemo.spark.source import ID
from mmdemo.spark.split import DRAW, FOLD, LABEL, REPEATED, Split
from mmdemo.spark.ties import GROUP_KEY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_HELD_OUT = 20_000  # rows whose answers a bundle keeps
_MOST_ANSWERS = 4_000_000  # such rows times classes


@dataclass(frozen=True)
class Answered:
    """held_out: rows with their answers, all or a sample. total: how many there are. accuracies: of all of them."""

    held_out: HeldOut
    total: int
    accuracies: Mapping[str, float]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        count = len(self.held_out.ids)
        if count == self.total:
            return ()
        said = ", ".join(f"{head} {share:.1%}" for head, share in self.accuracies.items())
        return (f"Results are of {count:,} pairs, drawn by chance from the {self.total:,} that the model had not seen. "
                f"Of all of these: {said}.",)


def held_out_of(pairs: "DataFrame", split: Split, fitted: Mapping[int, Fitted]) -> Answered:
    """Return the held-out pairs, each answered by the models that had not seen it."""
    from pyspark.sql import functions as F

    rows = {fold: pairs.where(F.col(FOLD) == fold) for fold in fitted}
    models = {fold: one.model for fold, one in fitted.items()}
    return answered_rows(rows, models, split.classes, sum(split.rows(fold) for fold in fitted))


def answered_rows(
    rows: Mapping[int, "DataFrame"], models: Mapping[int, Model], classes: tuple[str, ...], total: int
) -> Answered:
    """Return encoded rows with the answers of the model for each part of them; total: how many they are."""
    from pyspark.sql import functions as F

    most = min(MOST_HELD_OUT, _MOST_ANSWERS // len(classes)) / total
    tables, right = [], dict.fromkeys(next(iter(models.values())).heads, 0)
    for fold, model in models.items():
        scored = kept(Scored(model, most).of(rows[fold]))
        sums = [F.sum(F.col(right_column(head)).cast("long")).alias(head) for head in right]
        found = scored.agg(*sums).collect()[0]
        right = {head: count + (found[head] or 0) for head, count in right.items()}
        tables.append(scored.where(F.col(DRAW) < most).toArrow())
    whole = in_row_order(pa.concat_tables(tables))
    accuracies = {head: count / total for head, count in right.items()}
    return Answered(_held_out(whole, classes, tuple(right)), total, accuracies)


def _held_out(rows: pa.Table, classes: tuple[str, ...], heads: Sequence[str]) -> HeldOut:
    group = np.array(rows.column(GROUP_KEY).to_pylist(), dtype=str)
    return HeldOut(
        ids=np.array(rows.column(ID).to_pylist(), dtype=str),
        labels=np.array(rows.column(LABEL).to_pylist(), dtype=str),
        classes=classes,
        probabilities=probabilities_in(rows, heads),
        fold=np.array(rows.column(FOLD).to_pylist(), dtype=int),
        group=np.unique(group, return_inverse=True)[1].astype(str),  # a key may tell who it is
        repeated=np.array(rows.column(REPEATED).to_pylist(), dtype=bool),
    )
