"""Whose session a command works in, and who ends it."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from mmdemo.errors import ConfigError
from mmdemo.spark.session import java_of, running, session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.slow
def test_a_session_that_runs_already_is_used_and_goes_on(spark: "SparkSession") -> None:
    with running(None, {}) as used:
        assert used.sparkContext is spark.sparkContext and used.range(2).count() == 2
    assert spark.range(3).count() == 3


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
