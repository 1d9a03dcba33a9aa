"""Rare classes merged into one, by the rule of the local reader."""

from typing import TYPE_CHECKING

import pyarrow as pa

from mmdemo.datasets.rare_classes import FEWEST, OTHER, merged_note, rare_by_counts
from mmdemo.spark.source import ID
from mmdemo.spark.split import LABEL
from mmdemo.spark.ties import GROUP_KEY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MERGED = "merged"


def with_merged(keys: "DataFrame", tied: "DataFrame", rare: str) -> tuple["DataFrame", tuple[str, ...]]:
    """Return encoded rows with their rare classes merged into one where that is wished, and a note on it.

    keys: rows that are not left out. tied: of `ties_of`. rare: as in `ColumnMapping`.
    """
    from pyspark.sql import functions as F

    if rare != OTHER:
        return keys, ()
    pairs = keys.select(ID, LABEL).join(tied.select(ID, GROUP_KEY), ID)
    different = F.countDistinct(GROUP_KEY).alias("different")
    counted = pairs.groupBy(LABEL).agg(F.count(F.lit(1)).alias("rows"), different).collect()
    rows = {row[LABEL]: row["rows"] for row in counted}
    few = list(rare_by_counts(rows, {row[LABEL]: row["different"] for row in counted}))
    named = keys.sparkSession.createDataFrame(pa.table({LABEL: pa.array(few, pa.string())}))

    def merged(labelled: "DataFrame") -> "DataFrame":
        found = labelled.join(F.broadcast(named.withColumn(_MERGED, F.lit(OTHER))), LABEL, "left")
        return found.withColumn(LABEL, F.coalesce(_MERGED, LABEL)).drop(_MERGED)

    together = merged(pairs).where(F.col(LABEL) == OTHER).agg(different).collect()[0]["different"]
    if not few or together < FEWEST:
        return keys, ()
    return merged(keys), (merged_note(few, sum(rows[label] for label in few)),)
