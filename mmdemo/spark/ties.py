"""Pairs that belong together, found without bringing them together: the same groups as the local engine's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmdemo.datasets.groups import ALWAYS_TIED, loose_note
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.components import COMPONENT, components
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import repeat_column, tie_column
from mmdemo.spark.looks import with_equal_keys
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_KEY = "group_key"
_GIVEN = "given"


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
    tied = kept(_shared_alone(rows.select(ID, *codes), codes))
    if not tied.head(1):
        frame = rows.select(ID, F.col(ID).alias(GROUP_KEY), *map(repeat_column, modalities))
        return Ties(frame, ())
    found, notes = _loosened(tied, codes, modalities, rows.count())
    joined = rows.join(found.select(ID, COMPONENT), ID, "left")
    key = F.coalesce(COMPONENT, ID).alias(GROUP_KEY)
    return Ties(kept(joined.select(ID, key, *map(repeat_column, modalities))), notes)


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
    found = components(tied, codes)
    largest, notes = _largest(found), []
    for name in reversed(modalities):
        most = max(ALWAYS_TIED, MODALITIES[name].most_tied * count)
        if largest <= most:
            continue
        before, code = found, tie_column(name)
        tied = _without_large(tied, code, code, most)
        tied = _without_large(components(tied, codes), code, COMPONENT, most).drop(COMPONENT)
        found = components(tied, codes)
        largest = _largest(found)
        if loose := _loose(before, found, code):
            notes.append(loose_note(MODALITIES[name], loose))
    return found, tuple(notes)


def _largest(rows: "DataFrame") -> int:
    from pyspark.sql import functions as F

    return int(rows.groupBy(COMPONENT).count().agg(F.max("count")).collect()[0][0])


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
        sizes = rows.groupBy(COMPONENT).agg(F.count(F.lit(1)).alias(f"{name}_size"))
        return rows.join(sizes, COMPONENT).select(ID, F.col(code).alias(f"{name}_code"), f"{name}_size")

    both = sized(before, "before").join(sized(after, "after"), ID)
    lost = F.col("before_code").isNotNull() & F.col("after_code").isNull()
    return both.where(lost & (F.col("after_size") < F.col("before_size"))).count()
