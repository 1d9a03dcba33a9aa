"""Where each row is held out, and which are drawn, by functions of keys that the local engine uses, too."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mmdemo.model.config import FOLDS, ModelConfig
from mmdemo.spark.source import ID
from mmdemo.spark.ties import GROUP_KEY
from mmdemo.training.folds import NEVER, first_fold, place_in_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LABEL, FOLD, DRAW, LOT = "label", "fold", "draw", "lot"
_LARGE = 50  # rows of a group that is never drawn as a whole
_DRAWS = float(2**64)


def placed(rows: "DataFrame", config: ModelConfig) -> "DataFrame":
    """Return the rows with `fold` and `draw`, by the functions of keys that the local engine uses."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    folds = FOLDS if config.n_folds == 1 else config.n_folds
    sizes = rows.groupBy(GROUP_KEY, LABEL).count()
    order = Window.partitionBy(GROUP_KEY).orderBy(F.desc("count"), F.col(LABEL))
    groups = sizes.withColumn("at", F.row_number().over(order)).where("at = 1").select(GROUP_KEY, LABEL)
    schema = f"{GROUP_KEY} string, place string, first int, of string"
    lined = groups.mapInArrow(_InLine(config.seed, folds), schema)
    rank = F.row_number().over(Window.partitionBy("of").orderBy("place", GROUP_KEY)) - 1
    dealt = lined.select(GROUP_KEY, ((F.col("first") + rank) % folds).cast("int").alias(FOLD))
    large = sizes.groupBy(GROUP_KEY).agg(F.sum("count").alias("n")).where(F.col("n") > _LARGE)
    dealt = dealt.join(large.select(GROUP_KEY, F.lit(1.0).alias("never")), GROUP_KEY, "left")
    if config.n_folds == 1:
        dealt = dealt.withColumn(FOLD, F.when(F.col(FOLD) == 0, 0).otherwise(NEVER))
    lots = drawn(drawn(rows.join(dealt, GROUP_KEY), config.seed), config.seed, GROUP_KEY, LOT)
    return lots.withColumn(LOT, F.coalesce("never", LOT)).drop("never")


def drawn(rows: "DataFrame", seed: int, key: str = ID, draw: str = DRAW) -> "DataFrame":
    """Return rows with a number from 0 to 1 that depends on the key in a column and the seed alone."""
    from pyspark.sql.types import DoubleType, StructField, StructType

    return rows.mapInArrow(_Drawn(seed, key, draw), StructType([*rows.schema.fields, StructField(draw, DoubleType())]))


class _InLine:
    """Gives each group its place in the line of its class, and the fold at which the class begins."""

    def __init__(self, seed: int, folds: int) -> None:
        self._seed, self._folds = seed, folds

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keys, labels = batch.column(GROUP_KEY).to_pylist(), batch.column(LABEL).to_pylist()
            first = {label: first_fold(label, self._folds, self._seed) for label in set(labels)}
            places = [f"{place_in_line(key, self._seed):016x}" for key in keys]  # text of one length sorts as numbers
            yield pa.RecordBatch.from_arrays(
                [pa.array(keys), pa.array(places), pa.array([first[label] for label in labels], pa.int32()),
                 pa.array(labels)],
                names=[GROUP_KEY, "place", "first", "of"],
            )  # fmt: skip


class _Drawn:
    """Gives each row a number."""

    def __init__(self, seed: int, key: str, draw: str) -> None:
        self._seed, self._key, self._draw = seed, key, draw

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keys = batch.column(self._key).to_pylist()
            draws = [place_in_line(f"{self._draw} {key}", self._seed) / _DRAWS for key in keys]
            yield batch.append_column(self._draw, pa.array(draws, pa.float64()))
