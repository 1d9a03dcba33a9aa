"""Rows that lead to each other through equal codes: connected components, found by passing the smallest id on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mmdemo.spark.cutting import kept
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

COMPONENT = "component"
_FURTHER, _CHANGED = "further", "component <> before"


def components(rows: "DataFrame", codes: Sequence[str]) -> "DataFrame":
    """Return the rows with `COMPONENT`, the smallest id that leads to them through equal codes.

    The smallest is passed on to all that share a code, until none changes. Most groups are copies of one pair, and need
    two rounds; from then on whole groups pass theirs on, and take what their smallest row has taken: so a chain needs
    about as many rounds as its length has binary digits.
    Source: Shiloach and Vishkin (1982), "An O(log n) parallel connectivity algorithm".
    """
    from pyspark.sql import functions as F

    found, rounds = rows.withColumn(COMPONENT, F.col(ID)), 0
    while True:
        moved, rounds = kept(_passed_on(found, codes, whole=rounds > 1)), rounds + 1
        found = moved.drop("before")
        if not moved.where(_CHANGED).limit(1).count():
            return found
        if rounds > 1:
            found = _shortened(found)


def _passed_on(rows: "DataFrame", codes: Sequence[str], whole: bool) -> "DataFrame":
    """Return the rows with the smallest component of those that share a code; whole: or of all in their component."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    least: list[Column] = [F.col(COMPONENT)]
    for code in codes:
        alone = F.concat(F.lit("\0"), F.col(ID))  # rows without a code are not to meet in one task
        least.append(F.min(COMPONENT).over(Window.partitionBy(F.coalesce(F.col(code), alone))))
    found = rows.withColumn("before", F.col(COMPONENT)).withColumn(COMPONENT, F.least(*least))
    return found.withColumn(COMPONENT, F.min(COMPONENT).over(Window.partitionBy("before"))) if whole else found


def _shortened(rows: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    pointed_to = rows.select(F.col(ID).alias(COMPONENT), F.col(COMPONENT).alias(_FURTHER))
    return rows.join(pointed_to, COMPONENT).withColumn(COMPONENT, F.col(_FURTHER)).drop(_FURTHER)
