"""Trivial jobs of the tests of Spark, in a module that its Python workers can import."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.spark_cluster import WORKERS, python_workers, wait_until

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Row, SparkSession

ROWS = 1000
FOUND = "total long, worker int, jvm int, mmdemo string"
Job = Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]


def add_up(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """One row of each partition: the sum of its ids, who added them, and which mmdemo that one imports."""
    import pyarrow as pa

    import mmdemo

    total = sum(sum(batch.column("id").to_pylist()) for batch in batches)
    jvm = psutil.Process(os.getppid()).ppid()
    yield pa.RecordBatch.from_pylist(
        [{"total": total, "worker": os.getpid(), "jvm": jvm, "mmdemo": mmdemo.__file__}],
        schema=pa.schema({"total": pa.int64(), "worker": pa.int32(), "jvm": pa.int32(), "mmdemo": pa.string()}),
    )


def meeting(folder: Path) -> Job:
    """add_up in a partition that begins only when the other one has begun, too: one core cannot do both."""

    def meet(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        folder.mkdir(exist_ok=True)
        (folder / str(os.getpid())).touch()
        wait_until(lambda: len(list(folder.iterdir())) == WORKERS)
        yield from add_up(batches)

    return meet


def stalling(folder: Path) -> Job:
    """add_up in a partition that at its first try only waits to be killed."""

    def stall(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        from pyspark import TaskContext

        folder.mkdir(exist_ok=True)
        task = TaskContext.get()
        (folder / f"{task.partitionId()}-{task.attemptNumber()}-{os.getpid()}").touch()
        if task.partitionId() == 0 and task.attemptNumber() == 0:
            time.sleep(600)
        yield from add_up(batches)

    return stall


def rows_of(session: "SparkSession", function: Job) -> list["Row"]:
    return session.range(ROWS, numPartitions=WORKERS).mapInArrow(function, FOUND).collect()


def assert_kill_is_survived(session: "SparkSession", folder: Path, executors: list[int]) -> None:
    """Kill the Python worker of partition 0 while it works; its partition is tried again, and the sum is right."""
    found: list[Row] = []
    job = threading.Thread(target=lambda: found.extend(rows_of(session, stalling(folder))), daemon=True)
    job.start()
    wait_until(lambda: any(folder.glob("0-0-*")))
    (first,) = folder.glob("0-0-*")
    victim = int(first.name.split("-")[-1])
    assert victim in [pid for jvm in executors for pid in python_workers(jvm)]
    os.kill(victim, signal.SIGKILL)
    job.join(120)
    assert sum(row.total for row in found) == sum(range(ROWS))
    assert victim not in {row.worker for row in found}
    assert len(list(folder.glob("0-1-*"))) == 1
