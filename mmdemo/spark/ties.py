"""Pairs that belong together: compared in the workers, and joined by one of them into the local engine's groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mmdemo.datasets.groups import joined
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import look_column, repeat_column, tie_column
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_KEY = "group_key"
_GIVEN, _NOTE = "given", "note"
_MOST_COMPARED = 10_000  # values whose looks are compared with each other; beyond, they are sorted into buckets first
_CELL = 32.0  # of a mean colour: the width of a bucket
_MARGIN = 8.0  # by which the mean colours of nearly equal images may differ
_MOST_BITS = 16


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
            rows = _by_looks(rows, name)
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


def _by_looks(rows: "DataFrame", name: str) -> "DataFrame":
    """Return the rows with the keys of values that look nearly equal made equal."""
    from pyspark.sql import functions as F

    key, look = tie_column(name), look_column(name)
    looks = rows.where(F.col(look).isNotNull()).select(F.col(key).alias("key"), F.col(look).alias("look"))
    looks = kept(looks.dropDuplicates(["key"]))
    buckets = _in_buckets(looks, looks.count()).groupBy("bucket")
    found = buckets.applyInArrow(_leaders(name), "key string, leader string")
    changed = found.where("key <> leader")
    joined = rows.join(changed.withColumnRenamed("key", key), key, "left")
    same = F.coalesce(F.col("leader"), F.col(key))
    return joined.withColumn(key, same).withColumn(repeat_column(name), same).drop("leader")


def _in_buckets(looks: "DataFrame", count: int) -> "DataFrame":
    """Return the looks, each with the buckets in which it is compared: one where there are not too many."""
    from pyspark.sql import functions as F

    if count <= _MOST_COMPARED:
        return looks.withColumn("own", F.lit(True)).withColumn("bucket", F.lit(""))
    schema = "key string, look binary, own boolean, bucket string"
    cells = kept(looks.mapInArrow(_Buckets(0), schema))
    sizes = cells.groupBy("bucket").count().where(F.col("count") > _MOST_COMPARED).collect()
    bits = {row["bucket"]: min(_MOST_BITS, int(np.ceil(np.log2(row["count"] / _MOST_COMPARED)))) for row in sizes}
    return cells.mapInArrow(_Finer(bits), schema) if bits else cells


class _Buckets:
    """Sorts looks by their mean colour; one near a border stands in the bucket beyond it, too."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, batches: Any) -> Any:
        for batch in batches:
            looks = _numbers(batch.column("look"))
            colours = np.nan_to_num(looks[:, -3:])
            rows = [(at, cell, at_home) for at, colour in enumerate(colours) for cell, at_home in _cells_of(colour)]
            places = pa.array([at for at, _, _ in rows])
            yield pa.RecordBatch.from_arrays(
                [batch.column("key").take(places), batch.column("look").take(places),
                 pa.array([home for _, _, home in rows]), pa.array([cell for _, cell, _ in rows])],
                names=["key", "look", "own", "bucket"],
            )  # fmt: skip


class _Finer:
    """Divides large buckets by the first bits of what an image shows; bits: bucket → how many of them."""

    def __init__(self, bits: Mapping[str, int]) -> None:
        self._bits = bits

    def __call__(self, batches: Any) -> Any:
        for batch in batches:
            first = _numbers(batch.column("look"))[:, :2].astype(np.uint8)
            signs = np.unpackbits(first, axis=1)
            names = batch.column("bucket").to_pylist()
            finer = [name + "/" + "".join(map(str, row[: self._bits.get(name, 0)])) for name, row in
                     zip(names, signs, strict=True)]  # fmt: skip
            yield batch.set_column(batch.schema.get_field_index("bucket"), "bucket", pa.array(finer))


def _leaders(name: str) -> Callable[[pa.Table], pa.Table]:
    """Return what finds which of a bucket's values are nearly equal, in the order of their keys as the local engine."""
    leaders = MODALITIES[name].likeness.leaders

    def find(table: pa.Table) -> pa.Table:
        ordered = table.sort_by("key")
        found = leaders(_numbers(ordered.column("look").combine_chunks()))  # type: ignore[misc]
        keys = ordered.column("key")
        return pa.table({"key": keys, "leader": keys.take(pa.array(found))}).filter(ordered.column("own"))

    return find


def _numbers(column: pa.Array) -> np.ndarray:
    rows = column.to_pylist()
    return np.frombuffer(b"".join(rows), np.float32).reshape(len(rows), -1)


def _cells_of(colour: np.ndarray) -> list[tuple[str, bool]]:
    """Return the buckets of a mean colour (3,), and which of them is its own."""
    home = np.floor(colour / _CELL).astype(int)
    near = [{int(np.floor(max(one + step, 0.0) / _CELL)) for step in (-_MARGIN, _MARGIN)} for one in colour]
    found = {(r, g, b) for r in near[0] for g in near[1] for b in near[2]} | {tuple(home.tolist())}
    return [(f"{r} {g} {b}", (r, g, b) == tuple(home.tolist())) for r, g, b in sorted(found)]


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
