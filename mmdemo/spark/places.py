"""Files and folders wherever they are: on this disk, in HDFS, in a bucket."""

from typing import TYPE_CHECKING, Any

from mmdemo.errors import ConfigError
from mmdemo.spark.session import java_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def exists(spark: "SparkSession", path: str) -> bool:
    """Return whether there is something at a path."""
    files, place = _at(spark, path)
    return bool(files.exists(place))


def check_new(spark: "SparkSession", path: str) -> None:
    """Raise a ConfigError where there is something at a path already."""
    if exists(spark, path):
        raise ConfigError(f"There is something at {path!r} already; give a new folder, or remove that one first.")


def remove(spark: "SparkSession", path: str) -> None:
    """Remove what has been written to a new path."""
    files, place = _at(spark, path)
    files.delete(place, True)


def _at(spark: "SparkSession", path: str) -> tuple[Any, Any]:
    place = java_of(spark).org.apache.hadoop.fs.Path(path)
    return place.getFileSystem(spark._jsc.hadoopConfiguration()), place
