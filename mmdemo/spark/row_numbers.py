"""The ids of rows: their numbers through all files in the order of their names, as the local reader counts."""

from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa

from mmdemo.errors import DatasetError
from mmdemo.spark.errors import reason

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROW = "row of the table"
_FILE, _INDEX, _START = "file of the table", "row of the file", "rows before the file"
_MOST_PARTS = 100_000  # files of one table, whose sizes the driver holds


def numbered(table: "DataFrame") -> tuple["DataFrame", int]:
    """Return the rows with `ROW`, "row 1" and so on, and how many they are; raise a DatasetError where there are none.

    Spark reads large files first and in parts, so that the place of a row in what it reads says nothing.
    """
    from pyspark.sql import functions as F

    about = table.metadataColumn("_metadata")  # which is not a column of that name
    path, index = about["file_path"], about["row_index"]
    sizes = table.select(path.alias("path"), index.alias("at")).groupBy("path").agg(F.max("at").alias("last"))
    try:
        found = {row["path"]: row["last"] + 1 for row in sizes.limit(_MOST_PARTS + 1).collect()}
    except Exception as error:
        raise DatasetError(f"The table cannot be read: {reason(error)}") from error
    if len(found) > _MOST_PARTS:
        raise DatasetError(f"The table has more than {_MOST_PARTS:,} files; write it again with fewer.")
    if not found:
        raise DatasetError("The table has no rows.")
    paths = sorted(found, key=unquote)  # addresses write é as %C3%A9, which is before a
    before = [0, *accumulate(found[one] for one in paths)]
    starts = table.sparkSession.createDataFrame(pa.table({_FILE: paths, _START: before[:-1]}))
    rows = table.withColumn(_FILE, path).withColumn(_INDEX, index).join(F.broadcast(starts), _FILE)
    number = (F.col(_START) + F.col(_INDEX) + 1).cast("string")
    return rows.withColumn(ROW, F.concat(F.lit("row "), number)).drop(_FILE, _INDEX, _START), before[-1]
