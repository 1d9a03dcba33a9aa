"""A real Spark for tests: within two threads of this machine, or a master and two workers as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from mmdemo.errors import ConfigError
from mmdemo.spark.needs import check_needs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "local[2,4]"  # two threads; a task is tried four times, as on a cluster
LOOPBACK = "127.0.0.1"
WORKERS = 2
PATIENCE = 90  # seconds: the machine may be busy
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # starts with half the work; what runs for long wants neither
WITH_US = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, which survives exec
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Becomes another program, which ends with the tests even where they are killed."""
SMALL = {
    "spark.driver.memory": "1g",
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.executor.cores": "1",
    "spark.executor.memory": "512m",  # and the Python beside it
    "spark.executorEnv.PYTHONPATH": str(ROOT),
    "spark.log.level": "ERROR",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # nobody begins alone
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Settings of a small and quiet Spark, for this machine alone; mmdemo is found by its workers."""


@dataclass(frozen=True)
class Cluster:
    """A standalone cluster: its address, and the process ids of its workers, under which executors run."""

    master: str
    workers: tuple[int, ...]

    def executors(self) -> list[int]:
        """Process ids of the executors' virtual machines."""
        return [one.pid for pid in self.workers for one in _below(pid) if "CoarseGrainedExecutorBackend" in _words(one)]


def need_spark() -> None:
    """Skip the test where Spark cannot be started, with the reason; where CI=true, that fails it."""
    try:
        check_needs()
    except ConfigError as error:
        pytest.skip(str(error))


@contextmanager
def spark_session(folder: Path, master: str = LOCAL, **more: str) -> Iterator["SparkSession"]:
    """A session whose scratch files lie in the folder; at the end it stops, and its virtual machine ends."""
    need_spark()
    from pyspark.sql import SparkSession

    settings = SMALL | {
        "spark.driver.extraJavaOptions": _java_in(folder),
        "spark.executor.extraJavaOptions": _java_in(folder),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        patched.setenv("SPARK_LOCAL_IP", LOOPBACK)
        try:
            session = SparkSession.builder.master(master).config(map=settings | more).getOrCreate()
            yield session
            session.stop()
        finally:
            _end_driver()


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers of one core and 1 GB on loopback, until the block ends; logs lie in the folder."""
    need_spark()
    if os.name != "posix":
        pytest.skip("The cluster's processes are ended by their groups, which are POSIX's.")
    port, page = _free_port(), _free_port()
    master = f"spark://{LOOPBACK}:{port}"
    where = ["--host", LOOPBACK]
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        daemons += [_daemon(folder, "master.Master", *where, "--port", str(port), "--webui-port", str(page))]
        wait_until(lambda: _registered(page) is not None, lambda: _logs(folder))  # who comes too early waits for long
        for place in range(WORKERS):
            work = ["--work-dir", str(folder / f"worker-{place}"), "--cores", "1", "--memory", "1g"]
            daemons += [_daemon(folder, "worker.Worker", *where, "--webui-port", "0", *work, master)]
        wait_until(lambda: _registered(page) == WORKERS, lambda: _logs(folder))
        yield Cluster(master, tuple(daemon.pid for daemon in daemons[1:]))
    finally:
        _end_groups(daemons)


def jvm_of(session: "SparkSession") -> int:
    """Process id of the virtual machine in which a session's driver runs: with a local master, its executor, too."""
    pid: int = session.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    return pid


def python_workers(jvm_pid: int) -> list[int]:
    """Process ids of the Python workers below an executor's virtual machine: what its daemon has forked."""
    daemons = [one for one in psutil.Process(jvm_pid).children() if "pyspark.daemon" in _words(one)]
    return [worker.pid for daemon in daemons for worker in daemon.children() if _words(worker)]


def wait_until(true: Callable[[], bool], why: Callable[[], str] = str) -> None:
    """Wait for what must become true within a deadline; otherwise fail, and say why."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"It did not come within {PATIENCE} s. {why()}")
        time.sleep(0.1)


def _daemon(folder: Path, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a part of the cluster as the leader of a process group of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_DAEMON_JAVA_OPTS": _java_in(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": LOOPBACK,
    }
    spark_class = str(home / "bin" / "spark-class")
    command = [sys.executable, "-c", WITH_US, spark_class, f"org.apache.spark.deploy.{role}", *arguments]
    with (folder / f"{role}-{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _java_in(folder: Path) -> str:
    """Options of a virtual machine that leaves nothing outside of the folder even if it is killed."""
    return f"{QUICK_JAVA} -XX:-UsePerfData -Djava.io.tmpdir={folder}"


def _registered(page: int) -> int | None:
    """How many workers the master knows to be alive; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{page}/json/", timeout=5) as answer:
            return sum(worker["state"] == "ALIVE" for worker in json.load(answer)["workers"])
    except OSError:
        return None


def _end_driver() -> None:
    """End the virtual machine of this process's sessions: another session would take over its settings."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is None:
        return
    below = _below(gateway.proc.pid)
    gateway.shutdown()
    gateway.proc.stdin.close()  # that is how it learns of the end of Python
    try:
        gateway.proc.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
    _see_gone(below)


def _end_groups(leaders: list[subprocess.Popen[bytes]]) -> None:
    """End the processes, what runs in their groups, and what they have started out of them."""
    below = [one for leader in leaders for one in _below(leader.pid)]
    for leader in leaders:
        os.killpg(leader.pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
        leader.wait()
    _see_gone(below)


def _see_gone(processes: list[psutil.Process]) -> None:
    """Kill what is left: a daemon of Python workers, say, which leads a group of its own."""
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    wait_until(lambda: not any(one.is_running() and _words(one) for one in processes))


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _words(process: psutil.Process) -> str:
    """The command line of a process; empty once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _logs(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8", errors="replace")[-2000:] for path in sorted(folder.glob("*.log")))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
