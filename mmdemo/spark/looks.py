"""Values that look nearly equal, found without comparing all with all: within buckets of a bounded size."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import pyarrow as pa

from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.cutting import kept
from mmdemo.spark.encoded_columns import look_column, repeat_column, tie_column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_COMPARED = 10_000  # values whose looks are compared with each other; beyond, they are sorted into buckets first
_CELL = 32.0  # of a mean colour: the width of a bucket
_MARGIN = 8.0  # by which the mean colours of nearly equal images may differ
_BITS = 16  # by which a bucket that is too large is divided at a time
_LEVELS = 4  # times so many bits; what is too large still is divided by chance
_SCHEMA = "key string, look binary, own boolean, bucket string"


def with_equal_keys(rows: "DataFrame", name: str) -> "DataFrame":
    """Return encoded rows with the keys of a modality's values that look nearly equal made equal."""
    from pyspark.sql import functions as F

    key, look = tie_column(name), look_column(name)
    looks = rows.where(F.col(look).isNotNull()).select(F.col(key).alias("key"), F.col(look).alias("look"))
    looks = kept(looks.dropDuplicates(["key"]))
    changed = _led(looks, name).where("key <> leader")
    joined = rows.join(changed.withColumnRenamed("key", key), key, "left")
    same = F.coalesce(F.col("leader"), F.col(key))
    return joined.withColumn(key, same).withColumn(repeat_column(name), same).drop("leader")


def _led(looks: "DataFrame", name: str) -> "DataFrame":
    """Return each key with the first one whose look it nearly equals: as the local engine does, where they are few."""
    from pyspark.sql import functions as F

    if looks.count() <= MOST_COMPARED:
        return _leaders_in(looks.withColumn("own", F.lit(True)).withColumn("bucket", F.lit("")), name)
    firsts = kept(looks.groupBy("look").agg(F.min("key").alias("key")))  # equal looks have one leader, and may be many
    found = _followed(_leaders_in(_in_buckets(firsts), name)).withColumnRenamed("key", "first")
    return looks.join(firsts.withColumnRenamed("key", "first"), "look").join(found, "first").select("key", "leader")


def _leaders_in(buckets: "DataFrame", name: str) -> "DataFrame":
    return buckets.groupBy("bucket").applyInArrow(_leaders(name), "key string, leader string")


def _followed(found: "DataFrame") -> "DataFrame":
    """Return the keys with the leaders of their leaders, which in another bucket may follow one themselves."""
    from pyspark.sql import functions as F

    while True:
        found = kept(found)
        next_ = found.select(F.col("key").alias("leader"), F.col("leader").alias("further"))
        joined = kept(found.join(next_, "leader"))
        if not joined.where("leader <> further").limit(1).count():
            return found
        found = joined.select("key", F.col("further").alias("leader"))


def _in_buckets(looks: "DataFrame") -> "DataFrame":
    """Return the looks, each with the buckets in which it is compared, of which one is its own."""
    from pyspark.sql import functions as F

    cells = kept(looks.mapInArrow(_by_colour, _SCHEMA))
    for level in range(_LEVELS + 1):
        large = cells.groupBy("bucket").count().where(F.col("count") > MOST_COMPARED).collect()
        if not large:
            break
        cells = kept(cells.mapInArrow(_Finer({row["bucket"]: row["count"] / MOST_COMPARED for row in large}, level),
                                      _SCHEMA))  # fmt: skip
    return cells


def _by_colour(batches: Any) -> Any:
    """Sort looks by their mean colour; one near a border stands in the bucket beyond it, too."""
    for batch in batches:
        colours = np.nan_to_num(_numbers(batch.column("look"))[:, -3:])
        rows = [(at, cell, at_home) for at, colour in enumerate(colours) for cell, at_home in _cells_of(colour)]
        places = pa.array([at for at, _, _ in rows], pa.int64())
        yield pa.RecordBatch.from_arrays(
            [batch.column("key").take(places), batch.column("look").take(places),
             pa.array([home for _, _, home in rows], pa.bool_()), pa.array([cell for _, cell, _ in rows], pa.string())],
            names=["key", "look", "own", "bucket"],
        )  # fmt: skip


class _Finer:
    """Divides large buckets, by bits of what an image shows or, at last, by their keys; parts: bucket → how many."""

    def __init__(self, parts: Mapping[str, float], level: int) -> None:
        self._parts, self._level = parts, level

    def __call__(self, batches: Any) -> Any:
        for batch in batches:
            shown = _numbers(batch.column("look"))[:, 2 * self._level : 2 * self._level + 2].astype(np.uint8)
            rows = zip(*(batch.column(name).to_pylist() for name in ("bucket", "key")), shown, strict=True)
            finer = [self._finer(*row) if row[0] in self._parts else row[0] for row in rows]
            at = batch.schema.get_field_index("bucket")
            yield batch.set_column(at, "bucket", pa.array(finer, pa.string()))

    def _finer(self, bucket: str, key: str, shown: np.ndarray) -> str:
        parts = math.ceil(self._parts[bucket])
        if self._level == _LEVELS:
            return f"{bucket}/{crc32(key.encode()) % parts}"
        bits = min(_BITS, (parts - 1).bit_length())
        return f"{bucket}/{''.join(map(str, np.unpackbits(shown)[:bits]))}"


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
