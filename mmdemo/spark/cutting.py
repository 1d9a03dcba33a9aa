"""Rows that are kept on the workers' disks, without the plan by which Spark made them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def kept(frame: "DataFrame") -> "DataFrame":
    """Return rows that are computed at their first use, and kept on the workers' disks.

    Spark writes the plan of each query out, with all that it rests on: of frames kept one upon the other, the text
    doubles with each, and takes minutes. A lost part is computed again; a checkpoint's would be lost.
    """
    from pyspark import StorageLevel
    from pyspark.sql import DataFrame

    spark = frame.sparkSession
    rows = frame.persist(StorageLevel.DISK_ONLY)
    made = spark._jsparkSession.createDataFrame(rows._jdf.toJavaRDD(), rows._jdf.schema())
    return DataFrame(made, spark)
