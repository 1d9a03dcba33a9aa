"""A standalone cluster on loopback: executors are processes of their own, and all of them end with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import mmdemo
from mmdemo.datasets.registry import load
from mmdemo.model.config import ModelConfig
from tests import spark_pairs
from tests.spark_cluster import WORKERS, Cluster, jvm_of, python_workers, spark_session
from tests.spark_jobs import ROWS, assert_kill_is_survived, meeting, rows_of
from tests.spark_pairs import trained_here, write_table

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


def test_two_executors_train_the_model_of_one_process(spark_cluster: Cluster, tmp_path: Path) -> None:
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.session import session
    from mmdemo.spark.training import train_on_spark

    sample = load("homonyms", n=80)
    table = write_table(spark_pairs.rows_of(sample), sample.classes, tmp_path / "pairs")
    config = ModelConfig({"image": "efficientnet", "text": "tfidf"}, C=1.0, folds=1)
    with spark_session(tmp_path, spark_cluster.master) as running:
        session()  # with our settings
        there = train_on_spark(running, open_source(running, str(table), {}), config).parts.held_out
        assert len(spark_cluster.executors()) == WORKERS
    here = trained_here(load(str(table)), config).held_out
    assert there.ids.tolist() == here.ids.tolist() and len(there.ids) > 10
    for head, probabilities in here.probabilities.items():
        assert abs(probabilities - there.probabilities[head]).max() < 5e-3
