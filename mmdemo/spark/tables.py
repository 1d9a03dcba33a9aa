"""Tables that Spark reads by itself, as rows that workers read."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.settling import settled
from mmdemo.spark.cells import Cells, Column
from mmdemo.spark.columns import Kind, classes_of, contents_of, kinds_of, quoted
from mmdemo.spark.row_numbers import ROW, numbered
from mmdemo.spark.source import ID, WRITTEN, Source
from mmdemo.spark.table_files import PARQUET, folder_of, read_table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_UNNAMED = "This Spark does not show what numbers of classes stand for, so that labels which are numbers stay numbers."


def open_table(
    spark: "SparkSession", where: str, mapping: ColumnMapping | None, choices: Choices, options: Mapping[str, Any]
) -> Source:
    """Return the rows of a table; raise a DatasetError, one sentence, where it cannot be read or has no pairs.

    mapping: what a person confirmed, if anything. A row's id is its number through all files in the order of their
    names, as the local reader numbers them.
    """
    table = read_table(spark, where, choices.table)
    rows, count = numbered(table)
    kinds = kinds_of(table)
    name = os.path.basename(where.rstrip("/")).removesuffix(PARQUET) or where
    mapped, notes = settled(contents_of(rows, count, kinds, name), mapping, replace(choices, table=""))
    classes = classes_of(spark, table)
    unnamed = classes is None and kinds.get(mapped.label) == "value"
    source = _Chosen(rows, kinds, classes or {})
    return Source(
        rows=source.frame(mapped),
        cells={one: Cells(one, source.columns(one, columns), folder_of(where))
               for one, columns in mapped.columns.items() if columns},
        name=name,
        label=source.column("label", mapped.label),
        group=source.column("group", mapped.group),
        rare=mapped.rare,
        notes=(*notes, *([_UNNAMED] if unnamed else [])),
        options=options,
    )  # fmt: skip


class _Chosen:
    """The columns of a table that are used, under names that cannot clash; text as bytes, which need not be UTF-8."""

    def __init__(self, rows: "DataFrame", kinds: Mapping[str, Kind], classes: Mapping[str, Sequence[str]]) -> None:
        self._rows, self._kinds, self._classes = rows, kinds, classes

    def frame(self, mapping: ColumnMapping) -> "DataFrame":
        from pyspark.sql import functions as F

        named = {f"{name}_{place}": column
                 for name, columns in mapping.columns.items() for place, column in enumerate(columns)}  # fmt: skip
        named |= {role: column for role, column in (("label", mapping.label), ("group", mapping.group)) if column}
        chosen = [(F.col(quoted(column)), self._kinds[column], name) for name, column in named.items()]
        others = [F.col(quoted(column)) for column, kind in self._kinds.items() if kind != "file"]
        cells = [(cell.cast("binary") if kind == "string" else cell).alias(name) for cell, kind, name in chosen]
        return self._rows.select(F.col(ROW).alias(ID), *cells, *([F.struct(*others).alias(WRITTEN)] if others else []))

    def columns(self, modality: str, names: Sequence[str]) -> tuple[Column, ...]:
        found = (self.column(f"{modality}_{place}", name) for place, name in enumerate(names))
        return tuple(one for one in found if one is not None)

    def column(self, name: str, written: str) -> Column | None:
        if not written:
            return None
        classes = tuple(self._classes[written]) if written in self._classes else None
        return Column(name, self._kinds[written], classes)
