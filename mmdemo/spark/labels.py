"""The labels of a table as they are used: counted by Spark, settled by the rule of the local reader."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from mmdemo.datasets.labels import refusal, spellings, tidied
from mmdemo.errors import DatasetError
from mmdemo.spark.cells import Column
from mmdemo.spark.source import Source
from mmdemo.spark.split import MOST_CLASSES


def spelling_of(source: Source) -> tuple[dict[str, str] | None, tuple[str, ...]]:
    """Return tidied label → as it is used, None where labels are that already; and notes on what was merged.

    Raises a DatasetError where there are no labels, or more than a model can tell apart.
    """
    if source.label is None:
        raise DatasetError(f"{source.name!r} has no column that seems to hold labels. Say which with --label COLUMN.")
    if source.clean:
        return None, ()
    tidy = source.rows.select(source.label.name).mapInArrow(_Tidied(source.label), "label string")
    rows = tidy.groupBy("label").count().limit(MOST_CLASSES + 2).collect()
    counts = {row["label"]: row["count"] for row in rows if row["label"]}
    if not counts:
        raise DatasetError(f"No row of {source.name!r} has a label that can be used.")
    if len(counts) > MOST_CLASSES:
        raise DatasetError(f"{source.name!r} has more than {MOST_CLASSES:,} labels: choose another column of labels.")
    return spellings(counts)


class _Tidied:
    """Yields each row's tidied label, "" where it has none that can be used."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = map(tidied, self._column.texts(batch))
            usable = pa.array(["" if refusal(one) else one for one in found], pa.string())
            yield pa.RecordBatch.from_arrays([usable], names=["label"])
