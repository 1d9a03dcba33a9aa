"""`mmdemo data`: what a dataset holds, what is left out of it, and what is wrong with it."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mmdemo.commands.columns import chosen_columns, column_option, column_options
from mmdemo.commands.left_out import print_left_out, write_left_out
from mmdemo.commands.options import as_json, read_data_options
from mmdemo.commands.own_folder import look_into, save_mapping, write_copy
from mmdemo.commands.per_modality import per_modality
from mmdemo.commands.progress import Reporter
from mmdemo.commands.spark_options import on_spark, spark_options
from mmdemo.datasets import working_copy
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from mmdemo.datasets.summary import summarise
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import ConfigError, MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.plan import plan_of
from mmdemo.training.split import prepare


@click.command("data", cls=per_modality(column_option))
@click.argument("data", metavar="homonyms|stamps|PATH")
@column_options
@click.option("--captions", metavar="LANG", help="Language of the stamps' captions, such as en, de or zh_CN.")
@click.option("--set", "settings", multiple=True, metavar="data.NAME=VALUE", help="Such as data.n=1200; repeatable.")
@click.option("--save-mapping", type=click.Path(path_type=Path), metavar="FILE.json",
              help="Write which column is what; --data takes this file, too.")  # fmt: skip
@click.option("--left-out", type=click.Path(path_type=Path), metavar="FILE.csv", help="List all rows left out.")
@click.option("--out", metavar="PATH", help="Folder for a working copy, its images small; of Spark's homonyms.")
@click.option("--look", is_flag=True, help="With --out: only the first rows, and which column seems to be what.")
@click.option("--name", metavar="TEXT", help="With --out: what the data is called [default: as its file].")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), help="[default: bar in a terminal]")
@click.option("--json", "json_", is_flag=True, help="End with one JSON object on stdout.")
@spark_options
def command(
    data: str,
    captions: str | None,
    settings: tuple[str, ...],
    save_mapping: Path | None,
    left_out: Path | None,
    out: str | None,
    look: bool,
    name: str | None,
    progress: str | None,
    json_: bool,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
    **columns: Any,
) -> None:
    """Show what a dataset holds, what is left out of it, what is wrong with it, and what to do about it."""
    options = {**read_data_options(captions, settings), **chosen_columns(columns)}
    kind = progress or ("bar" if sys.stderr.isatty() else "none")
    if on_spark(engine, master, conf):
        from mmdemo.commands.drawn_by_spark import draw

        _tell(draw(data, options, out, master, conf, Reporter(kind)), json_, progress)
        return
    on_progress = Reporter(kind, working_copy.seconds() if out else None)
    if out is None and (look or name):
        raise ConfigError("--look and --name need --out FOLDER.")
    if save_mapping is not None:
        _save_mapping(data, options, save_mapping)
    if out is not None:
        to = Path(out)
        made = look_into(data, options, to) if look else write_copy(data, options, to, name or "", on_progress)
        _tell(made, json_, progress)
        return
    summary, dataset = _summary(data, options, on_progress)
    if left_out is not None:
        write_left_out(dataset.left_out, left_out)
    if json_ or progress == "json":
        click.echo(as_json(summary if json_ else {"event": "result", **summary}))
    else:
        _print(summary, dataset)


_save_mapping = save_mapping


def _tell(made: Mapping[str, Any], json_: bool, progress: str | None) -> None:
    if json_ or progress == "json":
        click.echo(as_json(made if json_ else {"event": "result", **made}))
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in made.items()))


def _summary(data: str, options: Mapping[str, Any], on_progress: OnProgress) -> tuple[dict[str, Any], Dataset]:
    """Return what a dataset holds, and the dataset as training would use it."""
    on_progress({"event": "stage", "stage": "read", "done": 0.0})
    dataset = load(data, lambda share: on_progress({"event": "stage", "stage": "read", "done": share}), **options)
    on_progress({"event": "stage", "stage": "quality", "done": 0.0})
    used, problem = _as_trained(dataset)
    summary = {**summarise(used, examine(used)), "problem": problem}
    on_progress({"event": "stage", "stage": "quality", "done": 1.0})
    return summary, used


def _as_trained(dataset: Dataset) -> tuple[Dataset, str]:
    """Return the pairs that training would use; where it would refuse, all of them, and why."""
    config = ModelConfig(encoders={name: MODALITIES[name].default for name in dataset.modalities})
    try:
        prepared = prepare(dataset, config)
        plan_of(prepared, config).check(prepared)
    except MMDemoError as error:
        return dataset, str(error)
    return replace(dataset, frame=prepared.frame, left_out=prepared.left_out, notes=prepared.notes), ""


def _print(summary: Mapping[str, Any], dataset: Dataset) -> None:
    captions, images = summary["captions"], summary["images"]
    click.echo(f"{summary['name']}: {summary['source']} Licence: {summary['licence']}.")
    count = len(summary["classes"])
    click.echo(f"{summary['pairs']:,} pairs of {count} class{'es' if count != 1 else ''}:")
    for label, count in sorted(summary["classes"].items(), key=lambda item: -item[1]):
        click.echo(f"  {label:20} {count:6,}")
    groups = summary["groups"]
    if groups["largest"] > 1:
        most = f"the largest has {groups['largest']:,} pairs"
        click.echo(f"Groups of pairs that are always held out together: {groups['count']:,}; {most}.")
    if captions:
        middle = f"{captions['words_median']:g}"
        click.echo(f"Captions: {captions['words_min']} to {captions['words_max']} words, median {middle}.")
    if images:
        (w0, h0), (w1, h1) = images["smallest"], images["largest"]
        middle = f"{images['width_median']:g} × {images['height_median']:g}"
        click.echo(f"Images: {w0:,} × {h0:,} to {w1:,} × {h1:,} px, median {middle}.")
    if summary["limits"]:
        limits = ", ".join(f"{head} {limit:.3f}" for head, limit in summary["limits"].items())
        click.echo(f"Best possible accuracy: {limits}.")
    _print_faults(summary, dataset)


def _print_faults(summary: Mapping[str, Any], dataset: Dataset) -> None:
    for note in summary["notes"]:
        click.echo(note)
    print_left_out(dataset.left_out, "--left-out FILE.csv lists all.")
    if summary["problem"]:
        click.echo(f"No model can be trained on this: {summary['problem']}")
    for finding in summary["findings"]:
        click.echo(f"{finding['severity'].capitalize()}: {finding['title']}. {finding['detail']}")
    if not summary["findings"]:
        click.echo("Quality: no problems found.")
