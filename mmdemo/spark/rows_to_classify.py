"""Where the rows to classify come from: labelled or not, usable or not, each keeps its place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.spark.cells import Cells, Column
from mmdemo.spark.opening import open_source, reads_by_itself
from mmdemo.spark.source import ID, WRITTEN, WRONG, Source, in_parts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def source_to_classify(spark: "SparkSession", data: str, options: Mapping[str, Any]) -> Source:
    """Return the rows of a table, labelled or not: read by Spark where it can, else by the local reader."""
    if reads_by_itself(data):
        return open_source(spark, data, options)
    table = table_of_pairs(data, Choices.from_options(options))
    columns: dict[str, list[Any]] = {ID: [], WRONG: []}
    names = list(dict.fromkeys(name for row in table.rows() for name in row.values))
    columns |= {name: [] for name in names} | {_cell(place): [] for place in range(len(table.header))}
    for row in table.rows():
        columns[ID].append(row.id)
        columns[WRONG].append(row.error)
        for name in names:
            columns[name].append(str(row.values.get(name) or ""))
        for place, cell in enumerate(row.cells):
            columns[_cell(place)].append(cell)
    return Source(
        rows=_with_written(in_parts(spark, columns), table.header),
        cells={name: Cells(name, (Column(name),)) for name in names},
        name=data,
    )


def _cell(place: int) -> str:
    return f"cell_{place}"


def _with_written(rows: "DataFrame", header: tuple[str, ...]) -> "DataFrame":
    from pyspark.sql import functions as F

    cells = [F.col(_cell(place)).alias(name) for place, name in enumerate(column_names(header))]
    kept = [name for name in rows.columns if not name.startswith("cell_")]
    return rows.select(*kept, *([F.struct(*cells).alias(WRITTEN)] if cells else []))
