"""`mmdemo train`: train a model and leave it on disk."""

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from mmdemo.bundles.writing import check_place, save
from mmdemo.commands.columns import chosen_columns, column_option, column_options
from mmdemo.commands.left_out import print_left_out
from mmdemo.commands.options import (
    as_json,
    data_options,
    evaluation_as_dict,
    print_evaluation,
    read_config,
    read_settings,
)
from mmdemo.commands.peak import peak_megabytes
from mmdemo.commands.per_modality import per_modality
from mmdemo.commands.progress import Reporter
from mmdemo.commands.spark_options import on_spark, read_conf, spark_options
from mmdemo.datasets.registry import load
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import ConfigError
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, is_ours, runs_dir
from mmdemo.training.command_line import lasting_arguments, shell_command
from mmdemo.training.estimate import stage_seconds
from mmdemo.training.split import prepare
from mmdemo.training.train import TrainedModel, train

_READ = 0.6  # of the loading; then pairs that belong together are looked for
_USUAL_PAIRS, _USUAL_CLASSES = 1_000, 10  # until the data is read


def _encoder_option(modality: Modality) -> click.Option:
    known = ", ".join(modality.encoders)
    told = f"{known}, or none. [default: {modality.default}, where the data has {modality.nouns}]"
    return click.Option([f"--{modality.name}-encoder"], metavar="NAME", help=told)


@click.command("train", cls=per_modality(column_option, _encoder_option))
@click.option("--data", required=True, metavar="homonyms|stamps|PATH", help="A sample, or a folder, zip or table.")
@column_options
@click.option("--captions", metavar="LANG", help="Language of the stamps' captions, such as en, de or zh_CN.")
@click.option("--seed", default=42, show_default=True, help="Of the folds and a trained network.")
@click.option(
    "--folds",
    type=int,
    help="Parts that the pairs are divided into, each held out once; 1 holds out a fifth, once. "
    "[default: 1 where a network is trained, else 5]",
)
@click.option("--C", "C", default="auto", show_default=True, help="Inverse strength of regularisation, or auto.")
@click.option("--set", "settings", multiple=True, metavar="PART.NAME=VALUE", help="Such as image.size=224; repeatable.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the model [default: a new one under MMDEMO_RUNS_DIR]."
)
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True)
@click.option("--json", "json_", is_flag=True, help="End with one JSON object on stdout.")
@spark_options
def command(
    data: str,
    captions: str | None,
    seed: int,
    folds: int | None,
    C: str,
    settings: tuple[str, ...],
    out: Path | None,
    progress: str,
    json_: bool,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
    **chosen: Any,
) -> None:
    """Train a model for each modality and for all together, and say what each adds on pairs not seen before."""
    started = time.perf_counter()
    there = on_spark(engine, master, conf)
    parts = read_settings(settings)
    asked = {name: chosen[f"{name}_encoder"] for name in MODALITIES}
    encoders = {name: encoder or MODALITIES[name].default for name, encoder in asked.items()}
    folds = 1 if there and folds is None else folds
    config = read_config(encoders, parts, C, seed, folds)  # raises before any work is done
    folder = out or _new_run()
    check_place(folder)
    if there:
        from mmdemo.commands.on_spark import Asked, Where, train_there

        options = {**data_options(captions, parts), **chosen_columns(chosen)}
        train_there(Asked(data, options, config, asked, folder, out), Where(master, read_conf(conf)), progress, json_)
        return
    on_progress = Reporter(progress, stage_seconds(config, _USUAL_PAIRS, _USUAL_CLASSES).stages)
    on_progress({"event": "stage", "stage": "load", "done": 0.0})
    options = {**data_options(captions, parts), **chosen_columns(chosen)}
    dataset = load(data, partial(_loaded, on_progress, (0.0, _READ)), **options)
    lacking = [name for name in config.encoders if name not in dataset.modalities and not asked[name]]
    config = config.without(lacking)
    prepared = prepare(dataset, config, partial(_loaded, on_progress, (_READ, 0.99)))  # raises before the encoding
    on_progress.expect(stage_seconds(config, len(prepared.frame), len(set(prepared.labels))).stages)
    on_progress({"event": "stage", "stage": "load", "done": 1.0})
    loaded = time.perf_counter() - started
    trained = train(dataset, config, on_progress, FeatureCache(cache_dir() / "features"), prepared)
    arguments = lasting_arguments(data, dataset, config)
    facts = {
        "seconds": {"load": loaded, **trained.seconds, "total": time.perf_counter() - started},
        "peak_mb": peak_megabytes(),
    }
    # An absolute path means something on this machine only.
    with_out = [*arguments, *(["--out", str(out)] if out and not out.is_absolute() else [])]
    on_progress({"event": "stage", "stage": "save", "done": 0.0})
    save(trained, folder, shell_command(with_out), facts)
    on_progress({"event": "stage", "stage": "save", "done": 1.0})
    result = {**as_dict(trained), **facts, "bundle": str(folder), "command": shell_command(arguments)}
    if json_ or progress == "json":
        click.echo(as_json(result if json_ else {"event": "result", **result}))
        return
    _print(result, trained)
    print_evaluation(trained.evaluation, dataset.limits)


def _loaded(on_progress: OnProgress, part: tuple[float, float], share: float) -> None:
    start, end = part
    on_progress({"event": "stage", "stage": "load", "done": round(start + (end - start) * share, 4)})


def _new_run() -> Path:
    """Return a new folder under MMDEMO_RUNS_DIR, not made yet; raise a ConfigError where that is somebody else's."""
    runs = runs_dir()
    if os.path.lexists(runs) and not is_ours(runs):
        raise ConfigError(f"{runs} belongs to another account. Set MMDEMO_RUNS_DIR to a folder of your own.")
    return runs / secrets.token_urlsafe(16)


def as_dict(trained: TrainedModel) -> dict[str, Any]:
    """Return what a training found as it stands in the command line's JSON."""
    return {
        "classes": list(trained.model.classes),
        "n_train": len(trained.train_ids),
        "n_test": len(trained.held_out.ids),
        "folds": trained.model.config.n_folds,
        **evaluation_as_dict(trained.evaluation),
        "left_out": [asdict(row) for row in trained.left_out],
    }


def _print(result: Mapping[str, Any], trained: TrainedModel) -> None:
    for note in trained.notes:
        click.echo(note)
    show = shell_command(["data", trained.dataset.address, "--left-out", "FILE.csv"])
    print_left_out(trained.left_out, f"All of them: {show}")
    click.echo(
        f"Trained on {result['n_train']:,} pairs of {len(result['classes'])} classes: {', '.join(result['classes'])}."
    )
    click.echo(f"Took {result['seconds']['total']:.1f} s and {result['peak_mb']:.0f} MB. Model: {result['bundle']}")
