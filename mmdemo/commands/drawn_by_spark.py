"""`mmdemo data homonyms --engine spark`: the homonyms at any size, as Parquet."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from mmdemo.commands.spark_options import read_conf
from mmdemo.datasets.homonym_pair import OPTIONS
from mmdemo.datasets.registry import check_options
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import ConfigError
from mmdemo.spark.progress import Stages
from mmdemo.spark.session import running

_USED = {"data", "settings", "out", "progress", "json_", "engine", "master", "conf"}


def draw(
    data: str,
    options: Mapping[str, Any],
    out: str | None,
    master: str | None,
    conf: Sequence[str],
    on_progress: OnProgress,
) -> dict[str, Any]:
    """Write the homonyms into the folder `out`; return what was written where.

    Raises a ConfigError, one sentence, where the command line says anything that does not belong to it.
    """
    if data != "homonyms":
        raise ConfigError(f"With --engine spark, data only draws the homonyms; got {data}, which train reads itself.")
    _check_nothing_else(click.get_current_context())
    if not out or "n" not in options:
        raise ConfigError("With --engine spark, say where the homonyms go and how many: --out PATH --set data.n=50000.")
    check_options(data, options, OPTIONS)
    settings = read_conf(conf)
    with running(master, settings) as spark, Stages(spark, on_progress).stage("draw"):
        from mmdemo.spark.homonyms import write_homonyms  # once it is known that Spark is there

        write_homonyms(spark, path=out, **options)
    return {"pairs": options["n"], "out": out}


def _check_nothing_else(context: click.Context) -> None:
    for parameter in context.command.get_params(context):
        given = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
        if given and parameter.name not in _USED:
            raise ConfigError(f"{parameter.opts[0]} does not go with --engine spark, which draws the homonyms anew.")
