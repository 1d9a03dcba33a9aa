"""Pairs that belong together, found without bringing them together: the same groups as the local engine's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mmdemo.datasets.groups import ALWAYS_TIED, loose_note
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import look_column, repeat_column, tie_column
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

GROUP_KEY = "group_key"
_GIVEN = "given"
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
    tied = kept(_shared_alone(rows.select(ID, *codes), codes))
    if not tied.head(1):
        frame = rows.select(ID, F.col(ID).alias(GROUP_KEY), *map(repeat_column, modalities))
        return Ties(frame, ())
    found, notes = _loosened(tied, codes, modalities, rows.count())
    joined = rows.join(found.select(ID, "component"), ID, "left")
    key = F.coalesce("component", ID).alias(GROUP_KEY)
    return Ties(kept(joined.select(ID, key, *map(repeat_column, modalities))), notes)


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


def _loosened(
    tied: "DataFrame", codes: Sequence[str], modalities: Sequence[str], count: int
) -> tuple["DataFrame", tuple[str, ...]]:
    """Return the rows with their components, and notes on ties that would make groups too large and are not kept."""
    found = _components(tied, codes)
    largest, notes = _largest(found), []
    for name in reversed(modalities):
        most = max(ALWAYS_TIED, MODALITIES[name].most_tied * count)
        if largest <= most:
            continue
        before, code = found, tie_column(name)
        tied = _without_large(tied, code, code, most)
        tied = _without_large(_components(tied, codes), code, "component", most).drop("component")
        found = _components(tied, codes)
        largest = _largest(found)
        if loose := _loose(before, found, code):
            notes.append(loose_note(MODALITIES[name], loose))
    return found, tuple(notes)


def _largest(rows: "DataFrame") -> int:
    from pyspark.sql import functions as F

    return int(rows.groupBy("component").count().agg(F.max("count")).collect()[0][0])


def _without_large(rows: "DataFrame", code: str, by: str, most: float) -> "DataFrame":
    """Return the rows without the codes of those that are more than `most` together."""
    from pyspark.sql import functions as F

    large = rows.where(F.col(by).isNotNull()).groupBy(by).count().where(F.col("count") > most).select(by)
    marked = large.withColumn("is_large", F.lit(True))
    kept = F.when(F.col("is_large").isNull(), F.col(code))
    return rows.join(marked, by, "left").withColumn(code, kept).drop("is_large")


def _loose(before: "DataFrame", after: "DataFrame", code: str) -> int:
    """Return how many rows have lost a code, and are in a smaller group for it."""
    from pyspark.sql import functions as F

    def sized(rows: "DataFrame", name: str) -> "DataFrame":
        sizes = rows.groupBy("component").agg(F.count(F.lit(1)).alias(f"{name}_size"))
        return rows.join(sizes, "component").select(ID, F.col(code).alias(f"{name}_code"), f"{name}_size")

    both = sized(before, "before").join(sized(after, "after"), ID)
    lost = F.col("before_code").isNotNull() & F.col("after_code").isNull()
    return both.where(lost & (F.col("after_size") < F.col("before_size"))).count()


def _components(rows: "DataFrame", codes: Sequence[str]) -> "DataFrame":
    """Return the rows with `component`, the smallest id that leads to them through equal codes.

    The smallest is passed on through every code, then to all that were known to belong together, and from there to
    where that one has got to: a path is halved each time. One step at a time, a chain of a hundred pairs would take a
    hundred jobs, of which each rests on all before it.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    found = rows.withColumn("component", F.col(ID))
    while True:
        before = found.withColumnRenamed("component", "before")
        least: list[Column] = [F.col("before")]
        for code in codes:
            alone = F.concat(F.lit("\0"), F.col(ID))  # rows without a code are not to meet in one task
            least.append(F.min("before").over(Window.partitionBy(F.coalesce(F.col(code), alone))))
        moved = kept(before.withColumn("least", F.least(*least)))
        if not moved.where("least <> before").limit(1).count():
            return found
        found = kept(moved.join(_nearer(moved), "before").drop("before", "least"))


def _nearer(moved: "DataFrame") -> "DataFrame":
    """Return `before`, and the `component` that its rows have come to: the least of any, and where that has got to."""
    from pyspark.sql import functions as F

    step = moved.groupBy("before").agg(F.min("least").alias("first"))
    then = step.select(F.col("before").alias("first"), F.col("first").alias("second"))
    return step.join(then, "first", "left").select("before", F.coalesce("second", "first").alias("component"))
