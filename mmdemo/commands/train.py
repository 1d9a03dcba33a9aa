"""`mmdemo train`: train a model and leave it on disk."""

import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mmdemo.bundles.bundle import check_place, save
from mmdemo.commands.options import (
    as_json,
    data_options,
    heads_as_dict,
    print_evaluation,
    read_config,
    read_settings,
)
from mmdemo.commands.progress import reporter
from mmdemo.library import load_dataset
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, runs_dir
from mmdemo.training.command_line import shell_command, train_arguments
from mmdemo.training.split import prepare
from mmdemo.training.train import train


def _encoder_option(name: str) -> Any:
    modality = MODALITIES[name]
    known = ", ".join(modality.encoders)
    return click.option(
        f"--{name}-encoder", default=modality.default, show_default=True, metavar="NAME", help=f"{known}, or none."
    )


@click.command("train")
@click.option("--data", required=True, metavar="homonyms|stamps|PATH", help="A sample by name, or a folder or zip.")
@_encoder_option("image")
@_encoder_option("text")
@click.option("--captions", metavar="LANG", help="Language of the stamps' captions, such as en, de or zh_CN.")
@click.option("--seed", default=42, show_default=True, help="Of the split, the folds and a trained network.")
@click.option("--test-size", default=0.2, show_default=True, help="Share of the pairs that is held out.")
@click.option("--C", "C", default="auto", show_default=True, help="Inverse strength of regularisation, or auto.")
@click.option("--set", "settings", multiple=True, metavar="PART.NAME=VALUE", help="Such as image.size=224; repeatable.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the model [default: a new one under MMDEMO_RUNS_DIR]."
)
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True)
@click.option("--json", "json_", is_flag=True, help="End with one JSON object on stdout.")
def command(
    data: str,
    captions: str | None,
    seed: int,
    test_size: float,
    C: str,
    settings: tuple[str, ...],
    out: Path | None,
    progress: str,
    json_: bool,
    **encoders: str,
) -> None:
    """Train a model for images, one for captions and one for both, and evaluate them on held-out pairs."""
    started = time.perf_counter()
    parts = read_settings(settings)
    config = read_config({name: encoders[f"{name}_encoder"] for name in MODALITIES}, parts, C, seed, test_size)
    folder = out or runs_dir() / secrets.token_urlsafe(16)
    check_place(folder)
    on_progress = reporter(progress)
    on_progress({"event": "stage", "stage": "load", "done": 0.0})
    dataset = load_dataset(data, **data_options(captions, parts))
    prepared = prepare(dataset, config)  # raises before any progress is reported
    on_progress({"event": "stage", "stage": "load", "done": 1.0})
    loaded = time.perf_counter() - started
    cache = FeatureCache(cache_dir() / "features")
    trained = train(dataset, config, on_progress, cache, prepared)
    arguments = train_arguments(data, dataset.options, config)
    facts = {
        "seconds": {"load": loaded, **trained.seconds, "total": time.perf_counter() - started},
        "peak_mb": peak_megabytes(),
    }
    # An absolute path means something on this machine only.
    with_out = [*arguments, *(["--out", str(out)] if out and not out.is_absolute() else [])]
    save(trained, folder, shell_command(with_out), facts)
    result = {
        "classes": list(trained.model.classes),
        "n_train": len(trained.train_ids),
        "n_test": len(trained.test_ids),
        **heads_as_dict(trained.evaluation),
        **facts,
        "bundle": str(folder),
        "command": shell_command(arguments),
    }
    if json_ or progress == "json":
        click.echo(as_json(result if json_ else {"event": "result", **result}))
        return
    _print(result, trained.notes)
    print_evaluation(trained.evaluation, dataset.limits)


def peak_megabytes() -> float:
    """Return this process's peak memory, in MB (10⁶ bytes)."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset / 1e6)
    status = Path("/proc/self/status")
    if status.exists():  # getrusage starts from the parent's memory, so a run of the app would count the server
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6)


def _print(result: Mapping[str, Any], notes: tuple[str, ...]) -> None:
    for note in notes:
        click.echo(note)
    click.echo(
        f"Trained on {result['n_train']} pairs of {len(result['classes'])} classes: {', '.join(result['classes'])}."
    )
    click.echo(f"Took {result['seconds']['total']:.1f} s and {result['peak_mb']:.0f} MB. Model: {result['bundle']}")
