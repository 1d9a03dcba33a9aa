"""What the columns of a table hold, as the local reader would see it in some rows from all over the table."""

import json
from codecs import getincrementaldecoder
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from mmdemo.datasets.columns import columns_of
from mmdemo.datasets.contents import Contents
from mmdemo.datasets.files.plain_names import PlainNames
from mmdemo.datasets.tables.parquet_values import cells as cells_of
from mmdemo.datasets.tables.parquet_values import class_names
from mmdemo.datasets.tables.scalars import written
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.spark.cells import FILE
from mmdemo.spark.row_numbers import ROW
from mmdemo.spark.session import java_of
from mmdemo.spark.table_files import PARQUET

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType

Kind = Literal["string", "file", "value"]
_LOOKED_AT = 2_000  # rows, to see which column is what
_LOOKED_INTO = 20  # cells of bytes, to see whether they are text, and the first bytes of each
_HEAD = 200


def kinds_of(table: "DataFrame") -> dict[str, Kind]:
    """Return column → whether it holds text, files, or other values."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import BinaryType

    kinds = {one.name: _kind(one.dataType) for one in table.schema}
    bare = [one.name for one in table.schema if isinstance(one.dataType, BinaryType)]
    for column in bare:
        head = F.substring(F.col(quoted(column)), 1, _HEAD).alias("start")
        heads = table.select(head).where("start IS NOT NULL").limit(_LOOKED_INTO).collect()
        if heads and all(_is_text(bytes(row["start"])) for row in heads):
            kinds[column] = "string"
    return kinds


def contents_of(rows: "DataFrame", count: int, kinds: Mapping[str, Kind], name: str) -> Contents:
    """Return what the local reader says of a table, from some of its so many rows."""
    sample = _sample(rows, count, kinds)
    header, files = tuple(kinds), list[str]()
    cells = pd.DataFrame({place: [row[place] for row in sample] for place in range(len(header))}, dtype="str")
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    for place, kind in enumerate(kinds.values()):
        if kind == "file":
            files += cells[place].tolist()
    sheet = Sheet(header, cells)
    tree = PlainNames(tuple(files))
    return Contents(name, f"{name}{PARQUET}", (), sheet, tree, tree, columns_of(sheet, files))


def classes_of(spark: "SparkSession", table: "DataFrame") -> dict[str, list[str]] | None:
    """Return column → names of its classes by the metadata of the first file, None where Spark does not show that.

    Spark's reader leaves the metadata out; services that hide Java's classes from Python hide it, too.
    """
    from py4j.protocol import Py4JError

    files = table.inputFiles()
    try:
        return _named_in(spark, min(files)) if files else {}
    except (Py4JError, TypeError):  # what is hidden is taken for a package, which cannot be called
        return None


def quoted(column: str) -> str:
    """Return a column's name as Spark reads it, whatever it holds."""
    return "`" + column.replace("`", "``") + "`"


def _named_in(spark: "SparkSession", file: str) -> dict[str, list[str]]:
    java, conf = java_of(spark), spark._jsc.hadoopConfiguration()
    place = java.org.apache.hadoop.fs.Path(java.java.net.URI(file))  # written as an address, a space as %20
    hadoop = java.org.apache.parquet.hadoop
    footers = hadoop.ParquetFileReader.open(hadoop.util.HadoopInputFile.fromPath(place, conf))
    try:
        about = dict(footers.getFooter().getFileMetaData().getKeyValueMetaData())
    finally:
        footers.close()
    return class_names(pa.schema([], metadata={key: value for key, value in about.items() if value is not None}))


def _kind(kind: "DataType") -> Kind:
    from pyspark.sql.types import BinaryType, StringType, StructType

    if isinstance(kind, BinaryType):
        return "file"
    if isinstance(kind, StructType):
        return "file" if FILE in kind.names and isinstance(kind[FILE].dataType, BinaryType) else "value"
    return "string" if isinstance(kind, StringType) else "value"


def _is_text(head: bytes) -> bool:
    try:
        whole = getincrementaldecoder("utf-8")().decode(head)  # without a last character that is cut
    except UnicodeDecodeError:
        return False
    return isinstance(cells_of(pa.array([whole.encode()], pa.binary()), None)[0], str)


def _sample(rows: "DataFrame", count: int, kinds: Mapping[str, Kind]) -> list[list[str]]:
    """Return the cells of some rows as text: of a file, a name of it."""
    from pyspark.sql import functions as F

    number = F.element_at(F.split(F.col(ROW), " "), 2).cast("long")
    chosen = rows.where(number % max(1, -(-count // _LOOKED_AT)) == 0) if count > _LOOKED_AT else rows
    cells = [_shown(column, kind) for column, kind in kinds.items()]
    found = chosen.select(F.col(ROW), *cells).limit(_LOOKED_AT).collect()
    return [[_text(cell, f"{place}/{row[0][4:]}.png", kind) for place, (cell, kind) in
             enumerate(zip(row[1:], kinds.values(), strict=True))] for row in found]  # fmt: skip


def _shown(column: str, kind: Kind) -> Any:
    from pyspark.sql import functions as F

    cell = F.col(quoted(column))
    if kind == "file":
        return F.lit("").alias(column)  # without a look at the bytes
    return (cell.cast("string") if kind == "string" else F.to_json(F.struct(cell.alias("v")))).alias(column)


def _text(cell: Any, file: str, kind: Kind) -> str:
    if kind == "file":
        return file
    return (cell or "").strip() if kind == "string" else written(json.loads(cell or "{}").get("v"))
