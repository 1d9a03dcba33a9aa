"""A standalone cluster on loopback: executors are processes of their own, and all of them end with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import mmdemo
from tests.spark_cluster import WORKERS, Cluster, jvm_of, python_workers, spark_session
from tests.spark_jobs import ROWS, assert_kill_is_survived, meeting, rows_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ended() -> Iterator[list[psutil.Process]]:
    """Processes that must be gone at the end: who asks for it before the cluster has it looked at afterwards."""
    begun: list[psutil.Process] = []
    yield begun
    assert len(begun) == 1 + 3 * WORKERS
    assert not [one for one in begun if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_two_executors_share_a_job(ended: list[psutil.Process], spark_cluster: Cluster, tmp_path: Path) -> None:
    with spark_session(tmp_path, spark_cluster.master) as session:
        found = rows_of(session, meeting(tmp_path / "met"))
        executors = spark_cluster.executors()
        assert sum(row.total for row in found) == sum(range(ROWS))
        assert sorted(row.jvm for row in found) == sorted(executors) and len(executors) == WORKERS
        assert {row.worker for row in found} == {pid for jvm in executors for pid in python_workers(jvm)}
        assert {row.mmdemo for row in found} == {mmdemo.__file__}
        assert not {jvm_of(session), os.getpid()} & set(executors)
        begun = [jvm_of(session), *spark_cluster.workers, *executors, *(row.worker for row in found)]
        ended += map(psutil.Process, begun)
        assert_kill_is_survived(session, tmp_path / "killed", executors)
