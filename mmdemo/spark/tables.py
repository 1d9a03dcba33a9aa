"""Tables that Spark reads by itself: Parquet, as Hugging Face lays it out too, and Delta where the session has it."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.columns import columns_of
from mmdemo.datasets.contents import Contents
from mmdemo.datasets.files.plain_names import PlainNames
from mmdemo.datasets.settling import settled
from mmdemo.datasets.tables.names import parts_of, tables_in
from mmdemo.datasets.tables.parquet_values import class_names
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.wording import listed
from mmdemo.errors import DatasetError
from mmdemo.spark.cells import FILE, Cells, Column
from mmdemo.spark.errors import reason
from mmdemo.spark.session import java_of
from mmdemo.spark.source import ID, WRITTEN, Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType

PARQUET, DELTA_LOG = ".parquet", "_delta_log"
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_HIDDEN = (".", "_")
_MOST_FILES = 100_000  # that are looked through for tables
_LOOKED_AT = 2_000  # rows, to see which column is what
_MOST_PARTS = 100_000  # files of one table, whose sizes the driver holds to number the rows


def is_elsewhere(data: str) -> bool:
    """Return whether an address is not a path on this disk, but one that Spark knows what to do with.

    >>> is_elsewhere("s3a://bucket/pairs"), is_elsewhere("C:/pairs")
    (True, False)
    """
    return _ELSEWHERE.match(data) is not None


def is_table(data: str) -> bool:
    """Return whether Spark reads this by itself: an address elsewhere, Delta, or Parquet and no other table.

    >>> is_table("s3a://bucket/pairs"), is_table("pairs.csv")
    (True, False)
    """
    if is_elsewhere(data) or (data.lower().endswith(PARQUET) and os.path.isfile(data)):
        return True
    if not os.path.isdir(data):
        return False
    if os.path.isdir(os.path.join(data, DELTA_LOG)):
        return True
    found = tables_in(islice(_files(data), _MOST_FILES))
    return bool(found) and all(name.lower().endswith(PARQUET) for name in found)


def open_table(
    spark: "SparkSession", where: str, mapping: ColumnMapping | None, choices: Choices, options: Mapping[str, Any]
) -> Source:
    """Return the rows of a table; raise a DatasetError, one sentence, where it cannot be read or has no pairs.

    mapping: what a person confirmed, if anything. A row's id is its number through all files in the order of their
    names, as the local reader numbers them.
    """
    table = _read(spark, where, choices.table)
    kinds = {one.name: _kind(one.dataType) for one in table.schema}
    rows = _numbered(table)
    name = os.path.basename(where.rstrip("/")).removesuffix(PARQUET) or where
    found = _contents(rows, kinds, name)
    mapped, notes = settled(found, mapping, replace(choices, table=""))
    names = _classes(spark, table)
    source = _Chosen(rows, kinds, names)
    return Source(
        rows=source.frame(mapped),
        cells={one: Cells(one, source.columns(one, columns), _folder(where)) for one, columns in mapped.columns.items()
               if columns},
        name=name,
        label=source.column("label", mapped.label),
        group=source.column("group", mapped.group),
        rare=mapped.rare,
        notes=notes,
        options=options,
    )  # fmt: skip


class _Chosen:
    """The columns of a table that are used, under names that cannot clash; text as bytes, which need not be UTF-8."""

    def __init__(self, rows: "DataFrame", kinds: Mapping[str, str], classes: Mapping[str, Sequence[str]]) -> None:
        self._rows, self._kinds, self._classes = rows, kinds, classes

    def frame(self, mapping: ColumnMapping) -> "DataFrame":
        from pyspark.sql import functions as F

        named = {f"{name}_{place}": column
                 for name, columns in mapping.columns.items() for place, column in enumerate(columns)}  # fmt: skip
        named |= {role: column for role, column in (("label", mapping.label), ("group", mapping.group)) if column}
        chosen = [(F.col(_quoted(column)), self._kinds[column], name) for name, column in named.items()]
        others = [F.col(_quoted(column)) for column, kind in self._kinds.items() if kind != "file"]
        cells = [(cell.cast("binary") if kind == "string" else cell).alias(name) for cell, kind, name in chosen]
        return self._rows.select(F.col(_ROW).alias(ID), *cells, *([F.struct(*others).alias(WRITTEN)] if others else []))

    def columns(self, modality: str, names: Sequence[str]) -> tuple[Column, ...]:
        found = (self.column(f"{modality}_{place}", name) for place, name in enumerate(names))
        return tuple(one for one in found if one is not None)

    def column(self, name: str, written: str) -> Column | None:
        if not written:
            return None
        classes = tuple(self._classes[written]) if written in self._classes else None
        kind: Any = self._kinds[written]
        return Column(name, kind, classes)


_ROW, _FILE, _INDEX, _START = "row of the table", "file of the table", "row of the file", "rows before the file"


def _read(spark: "SparkSession", where: str, table: str) -> "DataFrame":
    try:
        if _is_delta(where):
            return spark.read.format("delta").load(where)
        return spark.read.parquet(*_parts(spark, where, table))
    except DatasetError:
        raise
    except Exception as error:
        what = "Delta (Spark needs its package: --conf spark.jars.packages=…)" if _is_delta(where) else "Parquet"
        raise DatasetError(f"{where!r} cannot be read as {what}: {reason(error)}") from error


def _is_delta(where: str) -> bool:
    return os.path.isdir(os.path.join(where, DELTA_LOG)) or where.rstrip("/").lower().endswith((".delta", DELTA_LOG))


def _parts(spark: "SparkSession", where: str, table: str) -> list[str]:
    """Return the files of one table of a folder here; any other address as it is."""
    if is_elsewhere(where) or os.path.isfile(where):
        return [where]
    names = list(islice(_files(where), _MOST_FILES))
    if any("=" in part for name in names for part in name.split("/")[:-1]):  # partitions, named for a column's values
        return [where]
    tables = tables_in(names)
    chosen = table or _largest(spark, where, tables, names)
    if chosen not in tables:
        known = [one for one in tables if os.path.basename(one) == chosen]
        if not known:
            held = listed([repr(one) for one in tables])
            raise DatasetError(f"{where!r} holds no table {chosen!r}; it holds {held}.")
        chosen = known[0]
    return [os.path.join(where, part) for part in parts_of(chosen, names)]


def _largest(spark: "SparkSession", where: str, tables: Sequence[str], names: Sequence[str]) -> str:
    if len(tables) == 1:
        return tables[0]
    counts = {one: spark.read.parquet(*(os.path.join(where, part) for part in parts_of(one, names))).count()
              for one in tables[:12]}  # fmt: skip
    return max(counts, key=counts.__getitem__)


def _files(folder: str) -> Iterator[str]:
    """Yield the names of the files in a folder and those below it, without what programs hide."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(_HIDDEN))
        below = os.path.relpath(place, folder)
        yield from (os.path.normpath(os.path.join(below, one)) for one in sorted(files) if not one.startswith(_HIDDEN))


def _folder(where: str) -> str:
    """Return the folder that paths in a table begin at, "" for a table elsewhere."""
    if is_elsewhere(where):
        return ""
    return str(Path(where).absolute() if os.path.isdir(where) else Path(where).absolute().parent)


def _numbered(table: "DataFrame") -> "DataFrame":
    """Return the rows with their ids: "row 1" and so on, through all files in the order of their names."""
    from pyspark.sql import functions as F

    path, index = F.col("_metadata.file_path"), F.col("_metadata.row_index")
    try:
        sizes = table.select(path.alias("path"), index.alias("at")).groupBy("path").agg(F.max("at").alias("last"))
        found = {row["path"]: row["last"] + 1 for row in sizes.limit(_MOST_PARTS + 1).collect()}
    except Exception as error:
        raise DatasetError(f"The table cannot be read: {reason(error)}") from error
    if len(found) > _MOST_PARTS:
        raise DatasetError(f"The table has more than {_MOST_PARTS:,} files; write it again with fewer.")
    if not found:
        raise DatasetError("The table has no rows.")
    paths = sorted(found)
    before = [0, *accumulate(found[one] for one in paths)][:-1]
    starts = table.sparkSession.createDataFrame(pa.table({_FILE: paths, _START: before}))
    numbered = table.withColumn(_FILE, path).withColumn(_INDEX, index).join(F.broadcast(starts), _FILE)
    number = (F.col(_START) + F.col(_INDEX) + 1).cast("string")
    return numbered.withColumn(_ROW, F.concat(F.lit("row "), number)).drop(_FILE, _INDEX, _START)


def _kind(kind: "DataType") -> str:
    from pyspark.sql.types import BinaryType, StringType, StructType

    if isinstance(kind, BinaryType):
        return "file"
    if isinstance(kind, StructType):
        return "file" if FILE in kind.names and isinstance(kind[FILE].dataType, BinaryType) else "value"
    return "string" if isinstance(kind, StringType) else "value"


def _contents(rows: "DataFrame", kinds: Mapping[str, str], name: str) -> Contents:
    """Return what the local reader says of a table, from rows all over it."""
    sample = _sample(rows, kinds)
    header, files = tuple(kinds), []
    cells = pd.DataFrame({place: [row[place] for row in sample] for place in range(len(header))}, dtype="str")
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    for place, kind in enumerate(kinds.values()):
        if kind == "file":
            files += cells[place].tolist()
    sheet = Sheet(header, cells)
    tree = PlainNames(tuple(files))
    return Contents(name, f"{name}{PARQUET}", (), sheet, tree, tree, columns_of(sheet, files))


def _sample(rows: "DataFrame", kinds: Mapping[str, str]) -> list[list[str]]:
    """Return the cells of some rows as text: of a file, a name of it."""
    from pyspark.sql import functions as F

    count = rows.count()
    number = F.element_at(F.split(F.col(_ROW), " "), 2).cast("long")
    chosen = rows.where(number % max(1, -(-count // _LOOKED_AT)) == 0) if count > _LOOKED_AT else rows
    cells = [_shown(column, kind) for column, kind in kinds.items()]
    found = chosen.select(F.col(_ROW), *cells).limit(_LOOKED_AT).collect()
    return [[_text(cell, f"{place}/{row[0][4:]}.png", kind) for place, (cell, kind) in
             enumerate(zip(row[1:], kinds.values(), strict=True))] for row in found]  # fmt: skip


def _shown(column: str, kind: str) -> Any:
    from pyspark.sql import functions as F

    cell = F.col(_quoted(column))
    if kind == "file":
        return F.lit("").alias(column)  # without a look at the bytes
    return (cell if kind == "string" else F.to_json(F.struct(cell.alias("v")))).alias(column)


def _text(cell: Any, file: str, kind: str) -> str:
    if kind == "file":
        return file
    if kind == "string":
        return (cell or "").strip()
    from mmdemo.datasets.tables.scalars import written

    return written(json.loads(cell or "{}").get("v"))


def _classes(spark: "SparkSession", table: "DataFrame") -> dict[str, list[str]]:
    """Return the names of classes that the metadata of the first file gives; Spark's reader leaves them out."""
    files = table.inputFiles()
    if not files:
        return {}
    jvm, conf = java_of(spark), spark._jsc.hadoopConfiguration()
    try:
        hadoop, parquet = jvm.org.apache.hadoop.fs, jvm.org.apache.parquet.hadoop
        file = parquet.util.HadoopInputFile.fromPath(hadoop.Path(min(files)), conf)
        with_footer = parquet.ParquetFileReader.open(file)
        try:
            about = dict(with_footer.getFooter().getFileMetaData().getKeyValueMetaData())
        finally:
            with_footer.close()
    except Exception:
        return {}
    return class_names(pa.schema([], metadata={key: value for key, value in about.items() if value is not None}))


def _quoted(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"
