"""The Spark of the tests is a real one: executors are processes of their own, and what is killed is done again."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.spark_cluster import LOCAL, jvm_of, python_workers
from tests.spark_jobs import ROWS, assert_kill_is_survived, meeting, rows_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.slow


def test_a_session_of_two_cores_adds_up(spark: "SparkSession", tmp_path: Path) -> None:
    assert spark.sparkContext.master == LOCAL
    found = rows_of(spark, meeting(tmp_path))
    assert sum(row.total for row in found) == sum(range(ROWS))
    assert {row.jvm for row in found} == {jvm_of(spark)}
    assert {row.worker for row in found} <= set(python_workers(jvm_of(spark)))


def test_a_killed_worker_of_a_local_session_is_replaced(spark: "SparkSession", tmp_path: Path) -> None:
    assert_kill_is_survived(spark, tmp_path, [jvm_of(spark)])
