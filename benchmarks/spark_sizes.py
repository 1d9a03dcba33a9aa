"""What a training on Spark keeps on the workers' disks and sends between them, for each pair, as Spark counts it.

`python -m benchmarks.spark_sizes --write-docs` writes the table of docs/scale.md.
"""

import json
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Self
from urllib.request import urlopen

import click
import psutil

from benchmarks.child import ROOT
from benchmarks.memory import memory_alone
from benchmarks.readme import replace_blocks
from benchmarks.report import Table
from mmdemo.model.config import ModelConfig
from mmdemo.spark.homonyms import write_homonyms
from mmdemo.spark.opening import open_source
from mmdemo.spark.progress import STAGES
from mmdemo.spark.session import java_process, running
from mmdemo.spark.training import train_on_spark

DOCUMENT = ROOT / "docs" / "scale.md"
NAME = "spark_sizes"
_ALL = "1000000"  # jobs and stages that Spark remembers: all of them
_CONF = {
    "spark.ui.enabled": "true",
    "spark.ui.port": "0",
    "spark.ui.retainedJobs": _ALL,
    "spark.ui.retainedStages": _ALL,
    "spark.sql.autoBroadcastJoinThreshold": "-1",  # small tables are not sent whole to everybody, as large ones are not
}
_MANY = 10_000_000  # pairs
_C = 30.0  # so that as many axes are felt as usually
_A_TASK = "scale"  # the stage whose tasks each send the same, however many pairs they have
_LOOKS_EVERY = 0.5  # seconds


@dataclass
class Sizes:
    """What was counted of a training.

    jobs, stages: as Spark's interface lists them. kept: RDD → the most bytes of it. worker: the most memory of one
    Python worker, MB.
    """

    jobs: list[Any] = field(default_factory=list)
    stages: list[Any] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    worker: float = 0.0


def sizes_of(pairs: int) -> Sizes:
    """Return what a training of so many drawn pairs kept and sent."""
    with tempfile.TemporaryDirectory() as folder, running("local[2]", _CONF) as spark:
        write_homonyms(spark, pairs, f"{folder}/pairs")
        with _Watch(spark) as watch:
            train_on_spark(spark, open_source(spark, f"{folder}/pairs", {}), ModelConfig(C=_C, folds=1))
    return watch.found


class _Watch:
    """Asks Spark's interface what is kept, and the system what Python workers hold, while its block runs."""

    def __init__(self, spark: Any) -> None:
        context = spark.sparkContext
        self._address = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}"
        self._java, self.found = psutil.Process(java_process(spark)), Sizes()
        self._over, self._watching = Event(), Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()
        time.sleep(_LOOKS_EVERY)  # the interface hears of a job's end a little later
        self._look()
        self.found.jobs, self.found.stages = self._asked("jobs"), self._asked("stages")

    def _watch(self) -> None:
        while not self._over.wait(_LOOKS_EVERY):
            self._look()

    def _look(self) -> None:
        found = self.found
        for one in self._asked("storage/rdd"):
            found.kept[one["id"]] = max(found.kept.get(one["id"], 0), one["memoryUsed"] + one["diskUsed"])
        for process in self._java.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                found.worker = max(found.worker, memory_alone(process.pid))

    def _asked(self, what: str) -> Any:
        with urlopen(f"{self._address}/{what}") as answer:
            return json.load(answer)


def by_stage(sizes: Sizes) -> dict[str, tuple[int, int]]:
    """Return stage of the work → bytes that it kept, and bytes that it sent."""
    group = _groups(sizes)
    kept, sent = dict.fromkeys(STAGES, 0), dict.fromkeys(STAGES, 0)
    for stage in sizes.stages:
        if name := group.get(stage["stageId"]):
            sent[name] += stage["shuffleWriteBytes"]
    for rdd, size in sizes.kept.items():
        kept[_first(sizes.stages, rdd, group)] += size
    return {name: (kept[name], sent[name]) for name in STAGES if kept[name] or sent[name]}


def _of_tasks(sizes: Sizes) -> tuple[int, int]:
    """Return how many tasks sent something whose size does not depend on the pairs, and what they sent in all."""
    group = _groups(sizes)
    sending = [stage for stage in sizes.stages if group.get(stage["stageId"]) == _A_TASK and stage["shuffleWriteBytes"]]
    return sum(stage["numTasks"] for stage in sending), sum(stage["shuffleWriteBytes"] for stage in sending)


def _groups(sizes: Sizes) -> dict[int, str]:
    """Return Spark's stage → the stage of the work that it is a part of."""
    return {one: job["jobGroup"] for job in reversed(sizes.jobs) if "jobGroup" in job for one in job["stageIds"]}


def _first(stages: Iterable[Mapping[str, Any]], rdd: int, group: Mapping[int, str]) -> str:
    """Return what was being done when an RDD was made."""
    return group[min(one["stageId"] for one in stages if rdd in one["rddIds"] and one["stageId"] in group)]


def block(pairs: int, sizes: Sizes) -> str:
    """Return the table and the sentence below it."""
    found = by_stage(sizes)
    tasks, sent_by_tasks = _of_tasks(sizes)
    found.pop(_A_TASK, None)
    rows = [(STAGES[name].lower(), *(f"{size / pairs:,.0f}" for size in both)) for name, both in found.items()]
    kept, sent = (sum(both[place] for both in found.values()) / pairs for place in (0, 1))
    whole = ("together", f"{kept:,.0f}", f"{sent:,.0f}")
    table = Table(("stage", "kept on disk, bytes a pair", "sent between workers, bytes a pair"), [*rows, whole])
    return (
        f"{table.markdown()}\n\n"
        f"Counted by Spark in a training on {pairs:,} homonyms, compressed as they are kept and sent, with joins that "
        f"send both sides, as those of large tables do. A Python worker held {sizes.worker:.0f} MB at most. "
        f"{_MANY:,} such pairs would keep {_gigabytes(kept)} and send {_gigabytes(sent)}. Measuring the features sends "
        f"{sent_by_tasks / max(tasks, 1) / 1e6:.0f} MB for each task besides, however many pairs it has. "
        "Made by `python -m benchmarks.spark_sizes --write-docs`."
    )


def _gigabytes(bytes_a_pair: float) -> str:
    return f"{bytes_a_pair * _MANY / 1e9:,.0f} GB"


@click.command()
@click.option("--pairs", default=3_000, show_default=True, type=click.IntRange(40), help="Homonyms to train on.")
@click.option("--write-docs", is_flag=True, help="Write the table to docs/scale.md.")
def command(pairs: int, write_docs: bool) -> None:
    """Count, print the table, and write it where asked."""
    found = block(pairs, sizes_of(pairs))
    click.echo(found)
    if write_docs:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(replace_blocks(text, {NAME: found}), encoding="utf-8")


if __name__ == "__main__":
    command(prog_name="python -m benchmarks.spark_sizes")
