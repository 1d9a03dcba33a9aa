"""Which engine does the work of a command, and where Spark's runs."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from mmdemo.errors import ConfigError

LOCAL, SPARK = "local", "spark"
Command = TypeVar("Command", bound=Callable[..., Any])


def spark_options(command: Command) -> Command:
    """Add `--engine`, `--master` and `--conf` to a command."""
    for option in (
        click.option("--conf", multiple=True, metavar="KEY=VALUE", help="A setting of Spark; repeatable."),
        click.option("--master", metavar="URL", help="Of Spark [default: spark-submit's, else local[*]]."),
        click.option("--engine", type=click.Choice([LOCAL, SPARK]), default=LOCAL, show_default=True,
                     help="What does the work: this process, or Apache Spark."),
    ):  # fmt: skip
        command = option(command)
    return command


def on_spark(engine: str, master: str | None, conf: Sequence[str]) -> bool:
    """Return whether Spark does the work; raise a ConfigError for settings of Spark without it.

    >>> on_spark("local", "local[2]", [])
    Traceback (most recent call last):
    mmdemo.errors.ConfigError: --master and --conf are for Spark; add --engine spark, or leave them out.
    """
    if engine != SPARK and (master is not None or conf):
        raise ConfigError("--master and --conf are for Spark; add --engine spark, or leave them out.")
    return engine == SPARK


def read_conf(words: Sequence[str]) -> dict[str, str]:
    """Return Spark's settings by name, of words such as `spark.executor.memory=4g`; of two with one name, the last.

    Raises a ConfigError for a word of another form.

    >>> read_conf(["spark.executor.memory=4g", "spark.driver.extraJavaOptions=-Da=b"])
    {'spark.executor.memory': '4g', 'spark.driver.extraJavaOptions': '-Da=b'}
    """
    settings = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (equals and name.strip()):
            raise ConfigError(f"Got --conf {word} but expected KEY=VALUE, such as spark.executor.memory=4g.")
        settings[name.strip()] = value
    return settings
