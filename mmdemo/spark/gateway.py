"""Java, started so that what it writes reaches a person as one sentence, where it matters at all."""

import os
import re
import socket
import threading
from collections import deque
from collections.abc import Mapping

from mmdemo.errors import ConfigError

_LINES = 200  # of what Java writes that are kept, should it end
_IDLE = re.compile(r"WARNING: |Setting |To adjust |Picked up |\s*at |\s*$")
_CLASSES = re.compile(r'^(Exception in thread "\w+" )?([\w.$]+(Exception|Error): )*')
_STANDALONE = "spark://"
_SECONDS = 5  # in which a master has to answer; Spark itself asks for a minute


def start_java(settings: Mapping[str, str]) -> None:
    """Start the virtual machine of a driver, unless it runs already; what it writes on stderr is read and dropped.

    Spark greets with five lines, some of them before any of its settings are read. settings: Spark's, by name.
    Raises a ConfigError, one sentence, where Java ends at once.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ:
        return
    source, target = os.pipe()
    last: deque[str] = deque(maxlen=_LINES)
    reader = threading.Thread(target=_read, args=(source, last), daemon=True)
    reader.start()
    try:
        gateway = launch_gateway(SparkConf().setAll(list(settings.items())), {"stderr": target})
    except PySparkException as error:
        os.close(target)
        reader.join(_SECONDS)
        raise ConfigError(f"Spark does not start: {_telling(list(last))}.") from error
    os.close(target)
    SparkContext._ensure_initialized(gateway=gateway)


def check_answers(master: str) -> None:
    """Raise a ConfigError where the master of a standalone cluster does not answer; of several, one is enough.

    >>> check_answers("spark://127.0.0.1:1")
    Traceback (most recent call last):
    mmdemo.errors.ConfigError: No Spark master answers at 'spark://127.0.0.1:1'; check its address, and that it runs.
    """
    if not master.startswith(_STANDALONE):
        return
    places = [place.rpartition(":") for place in master.removeprefix(_STANDALONE).split(",")]
    if any(_answers(host.strip("[]"), port) for host, _, port in places):
        return
    raise ConfigError(f"No Spark master answers at {master!r}; check its address, and that it runs.")


def _answers(host: str, port: str) -> bool:
    try:
        with socket.create_connection((host, int(port)), _SECONDS):
            return True
    except (OSError, ValueError, OverflowError):
        return False


def _read(source: int, last: deque[str]) -> None:
    with os.fdopen(source, errors="replace") as lines:
        last.extend(lines)


def _telling(lines: list[str]) -> str:
    """Return the first line that says why Java has ended."""
    said = [line for line in lines if not _IDLE.match(line)] or ["Java ended at once"]
    return _CLASSES.sub("", said[0]).strip().rstrip(".")
