"""Pairs that belong together: compared in the workers, and joined by one of them into the local engine's groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mmdemo.datasets.groups import joined
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.cutting import kept
from mmdemo.spark.encoded_columns import repeat_column, tie_column
from mmdemo.spark.looks import with_equal_keys
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_KEY = "group_key"
_GIVEN, _NOTE = "given", "note"


@dataclass(frozen=True)
class Ties:
    """Which rows belong together.

    frame: `id`, `group_key` (equal for pairs that stay together: the smallest id) and, for each modality, its repeat
    column: equal where a value stands twice. notes: what a person should know.
    """

    frame: "DataFrame"
    notes: tuple[str, ...]


def ties_of(keys: "DataFrame", modalities: Sequence[str]) -> Ties:
    """Return the ties of encoded rows that are not left out."""
    from pyspark.sql import functions as F

    rows = keys
    for name in modalities:
        if MODALITIES[name].likeness.look is not None:
            rows = with_equal_keys(rows, name)
    rows = rows.select(ID, F.col("group").alias(_GIVEN), *map(tie_column, modalities), *map(repeat_column, modalities))
    rows = kept(rows)
    codes = [_GIVEN, *map(tie_column, modalities)]
    short = [F.when(F.col(code).isNotNull(), F.xxhash64(code)).alias(code) for code in codes]  # all meet in one task
    tied = _shared_alone(rows.select(ID, *short), codes).withColumn("all", F.lit(""))
    schema = f"{ID} string, {GROUP_KEY} string, {_NOTE} string"
    found = kept(tied.groupBy("all").applyInArrow(_groups(modalities, rows.count()), schema))
    notes = tuple(row[_NOTE] for row in found.where(F.col(_NOTE).isNotNull()).collect())
    grouped = found.where(F.col(ID).isNotNull()).select(ID, GROUP_KEY)
    key = F.coalesce(GROUP_KEY, ID).alias(GROUP_KEY)
    return Ties(kept(rows.join(grouped, ID, "left").select(ID, key, *map(repeat_column, modalities))), notes)


def _shared_alone(rows: "DataFrame", codes: Sequence[str]) -> "DataFrame":
    """Return the rows that share a code with another, without the codes that they share with none."""
    from pyspark.sql import functions as F

    for code in codes:
        shared = rows.where(F.col(code).isNotNull()).groupBy(code).count().where("count > 1").select(code)
        marked = shared.withColumn("is_shared", F.lit(True))
        kept_code = F.when(F.col("is_shared"), F.col(code))
        rows = rows.join(marked, code, "left").withColumn(code, kept_code).drop("is_shared")
    return rows.where(F.coalesce(*codes).isNotNull())


def _groups(modalities: Sequence[str], count: int) -> Callable[[pa.Table], pa.Table]:
    """Return what joins all tied rows, in one task: a graph is not divided, and a row takes some 600 bytes.

    A row without an id carries a note.
    """

    def join(table: pa.Table) -> pa.Table:
        ids = np.array(table.column(ID).to_pylist(), dtype=str)
        ties = {name: _codes(table.column(tie_column(name))) for name in modalities}
        keys, notes = joined(ids, _codes(table.column(_GIVEN)), ties, count)
        rows = pa.table({ID: ids.tolist(), GROUP_KEY: keys.tolist(), _NOTE: pa.nulls(len(ids), pa.string())})
        said = pa.table({name: pa.array([None] * len(notes) if name != _NOTE else notes, pa.string())
                         for name in (ID, GROUP_KEY, _NOTE)})  # fmt: skip
        return pa.concat_tables([rows, said])

    return join


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Return numbers, int (n,), equal where the keys are; −1 for null."""
    places = column.combine_chunks().dictionary_encode().indices
    return np.asarray(places.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
