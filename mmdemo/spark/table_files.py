"""Which files a table consists of, and how Spark reads them: Parquet, as Hugging Face lays it out too, and Delta."""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.datasets.tables.names import parts_of, tables_in
from mmdemo.datasets.wording import listed
from mmdemo.errors import DatasetError
from mmdemo.spark.errors import reason
from mmdemo.spark.places import exists

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARQUET, DELTA_LOG = ".parquet", "_delta_log"
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
AS_WRITTEN = {"__globPaths__": "false"}
"""Options of Spark's reader for a path that may hold brackets or stars, as in `pairs [2]`."""
_HIDDEN = (".", "_")
_MOST_FILES = 100_000  # that are looked through for tables
_MOST_COUNTED = 12  # tables of a folder, the largest of which is read


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


def read_table(spark: "SparkSession", where: str, table: str) -> "DataFrame":
    """Return the rows of a table as they are; raise a DatasetError where it cannot be read.

    table: which one of a folder, "" for the largest.
    """
    format_ = "Parquet"
    try:
        if exists(spark, f"{_address(where)}/{DELTA_LOG}"):  # as Parquet, it would show rows that are deleted, too
            format_ = "Delta (Spark needs its package: --conf spark.jars.packages=…)"
            return spark.read.format("delta").load(_address(where))
        return _parquet(spark, _parts(spark, where, table))
    except DatasetError:
        raise
    except Exception as error:
        raise DatasetError(f"{where!r} cannot be read as {format_}: {reason(error)}") from error


def folder_of(where: str) -> str:
    """Return the folder that paths in a table begin at, "" for a table elsewhere."""
    if is_elsewhere(where):
        return ""
    return str(Path(where).absolute() if os.path.isdir(where) else Path(where).absolute().parent)


def _address(where: str) -> str:
    """Return an address that means this disk where the cluster's usual place is another one."""
    return where if is_elsewhere(where) else f"file:{os.path.abspath(where)}"


def _parquet(spark: "SparkSession", places: Sequence[str]) -> "DataFrame":
    """Return the rows of files or folders; in an address elsewhere `*` stands for any name, as usual in Spark."""
    return spark.read.options(**({} if any(map(is_elsewhere, places)) else AS_WRITTEN)).parquet(*map(_address, places))


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
    return _joined(where, parts_of(chosen, names))


def _largest(spark: "SparkSession", where: str, tables: Sequence[str], names: Sequence[str]) -> str:
    if len(tables) == 1:
        return tables[0]
    counts = {one: _parquet(spark, _joined(where, parts_of(one, names))).count() for one in tables[:_MOST_COUNTED]}
    return max(counts, key=counts.__getitem__)


def _joined(folder: str, names: Sequence[str]) -> list[str]:
    return [os.path.join(folder, name) for name in names]


def _files(folder: str) -> Iterator[str]:
    """Yield the names of the files in a folder and those below it, without what programs hide."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(_HIDDEN))
        below = os.path.relpath(place, folder)
        yield from (os.path.normpath(os.path.join(below, one)) for one in sorted(files) if not one.startswith(_HIDDEN))
