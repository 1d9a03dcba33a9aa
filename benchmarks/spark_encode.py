"""How long Spark takes to encode a table, and nothing else: `python -m benchmarks.spark_encode TABLE CORES`."""

import json
import sys
import time

from mmdemo.model.config import ModelConfig
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import Encoding
from mmdemo.spark.labels import spelling_of
from mmdemo.spark.opening import open_source
from mmdemo.spark.session import running


def seconds_to_encode(table: str, cores: int) -> float:
    """Return the seconds of a second encoding in one session: in the first, workers import what they need."""
    seconds = 0.0
    with running(f"local[{cores}]", {}) as spark:
        source = open_source(spark, table, {})
        encoding = Encoding(ModelConfig(), source.cells, source.label, source.group, spelling_of(source)[0])
        for _ in range(2):
            began = time.perf_counter()
            kept(encoding.of(source.rows)).groupBy("kind").count().collect()
            seconds = time.perf_counter() - began
            spark.catalog.clearCache()  # or the second would find the first
    return seconds


if __name__ == "__main__":
    print(json.dumps({"seconds": seconds_to_encode(sys.argv[1], int(sys.argv[2]))}))
