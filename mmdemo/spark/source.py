"""Where Spark finds the pairs: a table of Parquet or Delta at any size, or whatever the local reader takes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.spark.cells import Cells, Column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ID = "id"
WRITTEN, WRONG = "written", "wrong"
"""The columns of a row as written, but for its files; and why a row cannot be used, where that is known already."""


@dataclass(frozen=True)
class Source:
    """Rows that workers read.

    rows: `id` and the columns that are named below. cells: modality → where its values stand. label, group: None where
    there is none. clean: whether the local reader has made the labels what they are.
    dataset: what the local reader returned, None where Spark has read the rows.
    """

    rows: "DataFrame"
    cells: Mapping[str, Cells]
    name: str
    label: Column | None = None
    group: Column | None = None
    rare: str = "leave out"
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    dataset: Dataset | None = None

    @property
    def clean(self) -> bool:
        """Whether the labels are written as they are used."""
        return self.dataset is not None

    @property
    def about(self) -> dict[str, Any]:
        """Name, source, licence and limits of the data, as a `Dataset` has them."""
        if self.dataset is not None:
            return {name: getattr(self.dataset, name) for name in ("name", "source", "licence", "limits")}
        return {"name": self.name, "source": f"Your own data: {self.name}.", "licence": "yours", "limits": None}


def of_dataset(spark: "SparkSession", dataset: Dataset) -> Source:
    """Return the rows of a dataset that has been read already."""
    frame, names = dataset.frame, dataset.modalities
    groups = values_of(frame, GROUP) if GROUP in frame else [None] * len(frame)
    columns: dict[str, list[Any]] = {ID: list(map(str, frame.index)), LABEL: frame[LABEL].tolist(), GROUP: groups}
    columns |= {name: _written(values_of(frame, name)) for name in names}
    return Source(
        rows=in_parts(spark, columns),
        cells={name: Cells(name, (Column(name),)) for name in names},
        name=dataset.name,
        label=Column(LABEL),
        group=Column(GROUP),
        notes=dataset.notes,
        options=dataset.options,
        dataset=dataset,
    )


def in_parts(spark: "SparkSession", columns: Mapping[str, list[Any]]) -> "DataFrame":
    """Return columns of text as rows that all workers share, in several parts for each."""
    import pyarrow as pa

    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    rows = spark.createDataFrame(table)
    return rows.repartition(max(1, min(4 * spark.sparkContext.defaultParallelism, len(table) // 16)))


def _written(values: list[Any]) -> list[str]:
    return ["" if value is None else os.fspath(value) for value in values]
