"""Whose session a command works in, and who ends it."""

import time
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from mmdemo.__main__ import fusion_lab
from mmdemo.errors import ConfigError
from mmdemo.spark.session import _usual, java_of, running, session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.parametrize("master", ["local[2]", "yarn", None])
def test_threads_of_java_have_room_for_tasks_that_rest_on_many_joins(master: str | None) -> None:
    usual = _usual(master)
    assert all("-Xss16m" in usual[f"spark.{place}.extraJavaOptions"].split() for place in ("driver", "executor"))


@pytest.mark.slow
def test_a_session_that_runs_already_is_used_and_goes_on(spark: "SparkSession") -> None:
    with running(None, {}) as used:
        assert used.sparkContext is spark.sparkContext and used.range(2).count() == 2
    assert spark.range(3).count() == 3


@pytest.mark.slow
def test_a_notebook_calls_a_command_in_its_own_session(spark: "SparkSession", tmp_path: Path) -> None:
    asked = ["data", "homonyms", "--engine", "spark", "--set", "data.n=40", "--out", str(tmp_path / "pairs"), "--json"]
    fusion_lab(asked, standalone_mode=False)
    assert spark.read.parquet(str(tmp_path / "pairs")).count() == 40


@pytest.mark.slow
def test_spark_connect_is_refused_in_one_sentence(spark: "SparkSession", monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"^Spark Connect [^.]+ classic kind\.$"):
        java_of(Connected())  # type: ignore[arg-type]
    monkeypatch.setattr(type(spark).Builder, "getOrCreate", lambda builder: Connected())
    with pytest.raises(ConfigError, match=r"^Spark Connect [^.]+\.$"):
        session()


class Connected(SimpleNamespace):
    """A session of Spark Connect, which has no classes of Java, and says so as an AttributeError."""

    @property
    def _jvm(self) -> Any:
        from pyspark.errors import PySparkAttributeError

        raise PySparkAttributeError(errorClass="JVM_ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": "_jvm"})


@pytest.mark.parametrize("master", ["local", "local[1]", "local[2]", "local[16]"])
def test_java_has_enough_memory_to_start_whatever_the_cores(master: str) -> None:
    heap = int(_usual(master)["spark.driver.memory"].removesuffix("m"))
    assert heap * 2**20 > 1.1 * 471_859_200  # what Spark asks for, and the part of a heap that is not counted


def test_who_asks_to_stop_need_not_ask_twice(spark: "SparkSession") -> None:
    """A library that ignores what is raised has ignored the interrupt; the jobs of the stage are ended all the same."""
    from mmdemo.spark.interrupts import ASKED
    from mmdemo.spark.progress import Stages

    asking = Timer(1, ASKED.set)
    asking.start()
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt), Stages(spark, lambda event: None).stage("encode"):
            spark.sparkContext.parallelize([600.0], 1).map(time.sleep).collect()
    finally:
        asking.join()
        ASKED.clear()
    assert time.monotonic() - began < 60
    assert spark.range(5).count() == 5
