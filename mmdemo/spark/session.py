"""A Spark session whose workers find this library, and whose batches are small."""

import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import mmdemo
from mmdemo.errors import ConfigError
from mmdemo.spark.errors import explained, reason
from mmdemo.spark.gateway import check_answers, start_java
from mmdemo.spark.interrupts import remember
from mmdemo.spark.needs import check_needs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[*]"
_LOCAL = re.compile(r"local(\[(\d+|\*)\])?")
_TRIES = 4  # of a task; on one machine Spark would try each once, and a worker that dies would end the job
_ROWS, _BYTES = 128, 4_000_000  # of a batch that a Python worker is given: images differ a thousandfold in size
_READ = 64  # rows that are read from Parquet at a time: the usual 4,096 are hundreds of megabytes of images
_PART = 32_000_000  # bytes of files that a task reads
_SQL = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(_BYTES),
    "spark.sql.parquet.columnarReaderBatchSize": str(_READ),
    "spark.sql.files.maxPartitionBytes": str(_PART),
    "spark.sql.caseSensitive": "true",  # a table may have both `Label` and `label`
    "spark.sql.session.timeZone": "UTC",  # else a label that is a time reads otherwise on another machine
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # the folder `label=007` is of the class 007
    "spark.sql.legacy.parquet.nanosAsLong": "true",  # pandas writes such times; else the whole table is refused
    "spark.sql.timeType.enabled": "true",
}
"""Settings of any session; a table is not refused for a column that nobody asks for."""
_HEAP, _A_TASK = 312, 100  # megabytes of Java on one machine: Python does the work, Java moves batches
_FEWEST = 2  # cores that are counted: with less memory, Spark does not start
_LEAN = (
    " -XX:+UseSerialGC -Xms160m -Xmn48m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -XX:TieredStopAtLevel=1"
    " -XX:ReservedCodeCacheSize=64m -XX:MaxDirectMemorySize=256m -Dio.netty.allocator.numDirectArenas=1"
)
"""Options of Java, which plans and moves bytes here: it takes memory when it needs it, gives back what it does not, and
compiles quickly in the place of thoroughly."""
_STACK = "-Xss16m"  # of each thread: a task is written with all joins that it rests on, one within the other
_LEVEL = "spark.log.level"
_QUIET = Path(__file__).with_name("log4j2.properties")


def session(master: str | None = None, conf: Mapping[str, str] | None = None) -> "SparkSession":
    """Return a session; one that runs already, such as a notebook's, is used as it is.

    master: such as `local[2]` or `spark://host:7077` [default: that of spark-submit, else all cores of this machine].
    conf: Spark's settings by name, which go before ours.

    Raises a ConfigError, one sentence, where Spark or Java is missing, or the session does not start.
    """
    check_needs()
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
    from pyspark.sql import SparkSession

    given = dict(conf or {})
    running = SparkSession.getActiveSession()
    named = given.pop("spark.master", None)
    chosen = master or named or (None if _submitted() else LOCAL)
    settings = {**_SQL, **given} if running else _started(chosen, given)
    try:
        spark = SparkSession.builder.appName("Fusion Lab").config(map={**settings}).getOrCreate()
    except Exception as error:  # of Java, of the network, of the gateway between them
        raise ConfigError(f"Spark does not start with the master {chosen!r}: {reason(error)}") from error
    if running is None:
        pa.set_memory_pool(pa.system_memory_pool())  # the usual one keeps what samples have left
        remember()  # Spark's own handler asks Java to stop in the middle of another question
        _silence_gateway()
    java_of(spark)
    spark.sparkContext.setLogLevel(given.get(_LEVEL, "ERROR"))
    return spark


def _silence_gateway() -> None:
    """Let the gateway to Java, which logs whatever it also raises, log nothing: under its name, or under none."""
    gateway = logging.getLogger("py4j")
    gateway.addHandler(logging.NullHandler())
    gateway.propagate = False
    logging.getLogger().addFilter(_is_not_the_gateways)


def _is_not_the_gateways(record: logging.LogRecord) -> bool:
    return "py4j" not in Path(record.pathname).parts


@contextmanager
def running(master: str | None, conf: Mapping[str, str]) -> Iterator["SparkSession"]:
    """Yield a session, and end it with the block unless it ran before, such as a notebook's.

    Raises a ConfigError, one sentence, for what Spark raises in the block.
    """
    before = _active()
    spark = session(master, conf)
    try:
        with explained():
            yield spark
    finally:
        if before is None:
            with suppress(Exception), warnings.catch_warnings():  # Java may be gone already, and what ended the block
                warnings.simplefilter("ignore", RuntimeWarning)  # is what counts
                spark.stop()


def _active() -> "SparkSession | None":
    """Return the session that runs already; where pyspark has not been imported, there is none."""
    if "pyspark" not in sys.modules:
        return None
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def java_process(spark: "SparkSession") -> int:
    """Return the id of the driver's other process, in which Spark itself runs."""
    return int(java_of(spark).java.lang.ProcessHandle.current().pid())


def java_of(spark: "SparkSession") -> Any:
    """Return the classes of the driver's virtual machine; raise a ConfigError on Spark Connect, which has none here."""
    java = getattr(spark, "_jvm", None)
    if java is None:
        raise ConfigError("Spark Connect shows only a part of Spark: start a session of the classic kind.")
    return java


def with_tries(master: str) -> str:
    """Return a master of this machine with more than one try a task, any other as it is.

    >>> with_tries("local[2]"), with_tries("local"), with_tries("local[2,1]"), with_tries("yarn")
    ('local[2,4]', 'local[1,4]', 'local[2,1]', 'yarn')
    """
    found = _LOCAL.fullmatch(master)
    return f"local[{found[2] or 1},{_TRIES}]" if found else master


def _started(master: str | None, given: Mapping[str, str]) -> dict[str, str]:
    """Start Java for a session that does not run yet; return the settings of the session."""
    settings = {**_SQL, **_usual(master), **given}
    if master is not None:
        check_answers(master)
        settings["spark.master"] = with_tries(master)
    if _LEVEL not in given:  # who asks for a level wants to see what is said
        start_java(settings)
    return settings


def _usual(master: str | None) -> dict[str, str]:
    """Return the settings of a session that is started here."""
    usual = {
        _LEVEL: "ERROR",
        "spark.ui.showConsoleProgress": "false",
        **{f"spark.ui.retained{what}": "100" for what in ("Jobs", "Stages")},  # a regression has thousands of them
        "spark.sql.ui.retainedExecutions": "10",
        "spark.driver.extraJavaOptions": f"{_STACK} -Dlog4j2.configurationFile={_QUIET.as_uri()}",
        "spark.executor.extraJavaOptions": _STACK,
        "spark.executorEnv.PYTHONPATH": _paths(),
    }
    if master and master.startswith("local"):
        here = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        cores = _cores(master)
        usual |= here | {"spark.sql.shuffle.partitions": str(2 * cores)}
        usual["spark.serializer"] = "org.apache.spark.serializer.KryoSerializer"  # of blocks on disk
        usual["spark.buffer.pageSize"] = "1m"  # of a task's memory: else 8 MB, however little it holds
        usual["spark.driver.memory"] = f"{_HEAP + _A_TASK * max(cores, _FEWEST)}m"
        usual["spark.driver.extraJavaOptions"] += _LEAN
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # of Java's own allocations: each thread's arena keeps memory
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # for workers; no setting of a session says it
    return usual


def _paths() -> str:
    """Return where workers on this machine find the library; elsewhere it has to be installed."""
    here = str(Path(mmdemo.__file__).resolve().parent.parent)
    return os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])


def _cores(master: str) -> int:
    found = re.search(r"\[(\d+)", master)
    return int(found[1]) if found else os.cpu_count() or 1


def _submitted() -> bool:
    """Return whether spark-submit has started this process and knows the master."""
    return "PYSPARK_GATEWAY_PORT" in os.environ
