"""What the commands do on Spark: open a session, let it work, say what came of it, and close the session."""

import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.parts import Parts
from mmdemo.bundles.writing import save_parts
from mmdemo.commands.left_out import write_left_out
from mmdemo.commands.options import as_json, evaluation_as_dict, print_evaluation
from mmdemo.commands.peak import Watch
from mmdemo.commands.progress import Reporter
from mmdemo.commands.whole_table import say_count
from mmdemo.datasets.finding import counted
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.spark.classifying import check_output, classify_on_spark
from mmdemo.spark.evaluating import evaluate_on_spark
from mmdemo.spark.features import check_encoders
from mmdemo.spark.opening import check_data, open_source
from mmdemo.spark.progress import Stages
from mmdemo.spark.rows_to_classify import source_to_classify
from mmdemo.spark.session import java_process, running
from mmdemo.spark.training import SparkTraining, train_on_spark
from mmdemo.training.command_line import shell_command, train_arguments


@dataclass(frozen=True)
class Asked:
    """A training as asked for.

    options: of the data. chosen: modality → encoder's name where it was named. folder: of the model; out: as it was
    given, None for a new folder.
    """

    data: str
    options: Mapping[str, Any]
    config: ModelConfig
    chosen: Mapping[str, str | None]
    folder: Path
    out: Path | None


@dataclass(frozen=True)
class Table:
    """A table to classify: where it is, the columns that were chosen, and the folder for the answers."""

    data: str
    options: Mapping[str, Any]
    output: str


@dataclass(frozen=True)
class Where:
    """Which Spark does the work: its master, None for the usual one, and its settings."""

    master: str | None
    conf: Mapping[str, str]


def train_there(asked: Asked, where: Where, progress: str, json_: bool) -> None:
    """Train on Spark, leave the model on this disk, and say what came of it."""
    started = time.perf_counter()
    check_data(asked.data)  # before Java starts, which takes seconds
    check_encoders(asked.config)
    on_progress = Reporter(progress)
    with (
        running(where.master, where.conf) as spark,
        Watch({"python": os.getpid(), "java": java_process(spark)}) as memory,
    ):
        source = open_source(spark, asked.data, asked.options)
        lacking = [name for name in asked.config.encoders if name not in source.cells and not asked.chosen[name]]
        config = asked.config.without(lacking)
        trained = train_on_spark(spark, source, config, on_progress)
    parts, arguments = trained.parts, [*train_arguments(asked.data, source.options, config), "--engine", "spark"]
    on_progress({"event": "stage", "stage": "save", "done": 0.0})
    began = time.perf_counter()
    with_out = [*arguments, *(["--out", str(asked.out)] if asked.out and not asked.out.is_absolute() else [])]
    seconds = {**trained.seconds, "total": began - started}
    facts = {"peak_mb": memory.together, "engine": "spark"}
    save_parts(parts, asked.folder, shell_command(with_out), {"seconds": seconds, **facts})
    listed = asked.folder.with_name(f"{asked.folder.name}-left-out.csv")
    if parts.left_out:
        write_left_out(parts.left_out, listed)
    on_progress({"event": "stage", "stage": "save", "done": 1.0})
    seconds |= {"save": time.perf_counter() - began, "total": time.perf_counter() - started}
    driver = {**memory.alone, "both": memory.together}
    told = {"driver_mb": driver, "bundle": str(asked.folder), "command": shell_command(arguments)}
    found = {**_as_dict(trained), "seconds": seconds, **facts, **told}
    if json_ or progress == "json":
        click.echo(as_json(found if json_ else {"event": "result", **found}))
        return
    _print(found, parts, listed)


def classify_there(model: Model, asked: Table, where: Where, progress: str, json_: bool) -> None:
    """Classify a table on Spark, and say how many rows got an answer."""
    check_output(asked.output)
    check_data(asked.data)
    on_progress = Reporter(progress)
    with running(where.master, where.conf) as spark:
        source = source_to_classify(spark, asked.data, asked.options)
        count = classify_on_spark(spark, model, source, asked.output, Stages(spark, on_progress))
    say_count(count, asked.output, progress, json_)


def evaluate_there(bundle: Bundle, data: str, options: Mapping[str, Any], where: Where, json_: bool) -> None:
    """Evaluate a model on a labelled table on Spark, and print the results."""
    check_data(data)
    with running(where.master, where.conf) as spark:
        source = open_source(spark, data, options)
        evaluation, notes = evaluate_on_spark(spark, bundle, source, Reporter("none" if json_ else "bar"))
    for note in notes:
        click.echo(note, err=json_)
    if json_:
        classes = list(bundle.model.classes)
        click.echo(as_json({"classes": classes, "n_test": evaluation.n, **evaluation_as_dict(evaluation)}))
        return
    print_evaluation(evaluation, None)


def _as_dict(trained: SparkTraining) -> dict[str, Any]:
    parts = trained.parts
    return {
        "classes": list(parts.model.classes),
        "n_train": parts.n_train,
        "n_test": len(parts.held_out.ids),
        "folds": parts.model.config.n_folds,
        "rows": trained.rows,
        "passes": {str(fold): passes for fold, passes in trained.passes.items()},
        **evaluation_as_dict(parts.evaluation),
        "left_out_kinds": dict(parts.left_out_kinds),
        "left_out": [asdict(row) for row in parts.left_out],
    }


def _print(found: Mapping[str, Any], parts: Parts, listed: Path) -> None:
    for note in parts.notes:
        click.echo(note)
    if parts.left_out_kinds:
        click.echo(kinds_sentence(parts.left_out_kinds))
    if parts.left_out:
        click.echo(f"The first {counted(len(parts.left_out), 'row')} of them, each with its reason: {listed}")
    click.echo(f"Trained on {counted(found['n_train'], 'pair')} of {len(found['classes'])} classes.")
    seconds, memory = found["seconds"]["total"], found["peak_mb"]
    click.echo(f"Took {seconds:.1f} s and, in the driver, {memory:.0f} MB. Model: {found['bundle']}")
    print_evaluation(parts.evaluation, parts.limits)


