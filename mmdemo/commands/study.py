"""`mmdemo study`: the slow studies of a model."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mmdemo.bundles.bundle import load
from mmdemo.bundles.origin import origin
from mmdemo.commands.options import as_json
from mmdemo.commands.progress import Reporter
from mmdemo.studies.robustness import Robustness
from mmdemo.studies.study import KINDS, Study, keep, place_of, read_study, study

_LOADING = 2.0  # seconds


@click.command("study")
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path), help="Folder of a model.")
@click.option("--kind", required=True, type=click.Choice(list(KINDS)), help="What to study.")
@click.option("--data", type=click.Path(path_type=Path), help="Where the model's data is, if it was your own.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="JSON file to write [default: where the Evaluate page looks]."
)
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True)
@click.option("--json", "json_", is_flag=True, help="End with one JSON object on stdout.")
def command(folder: Path, kind: str, data: Path | None, output: Path | None, progress: str, json_: bool) -> None:
    """Try a model's configuration on fewer pairs, or damage its inputs."""
    bundle = load(folder)
    expected = {"load": _LOADING, kind: KINDS[kind].seconds(bundle)}
    on_progress = Reporter(progress, expected)
    on_progress({"event": "stage", "stage": "load", "done": 0.0})
    on_progress.expect(expected)
    dataset = origin(bundle, data).require_exact()
    on_progress({"event": "stage", "stage": "load", "done": 1.0})

    def report(done: float) -> None:
        on_progress({"event": "stage", "stage": kind, "done": round(done, 4)})

    report(0.0)
    content = study(bundle, kind, dataset, report)
    file = output or place_of(bundle, kind)
    keep(content, file)
    if json_ or progress == "json":
        click.echo(as_json(content if json_ else {"event": "result", **content}))
        return
    _print(read_study(content))
    click.echo(f"Kept in {file}.")


def _print(found: Study) -> None:
    if isinstance(found, Robustness):
        for curve in found.curves:
            _table(curve.axis, curve.levels, curve.accuracy)
        click.echo(f"Accuracy on {found.n} of {found.of} held-out pairs.")
    else:
        _table("training pairs", found.sizes, found.accuracy)
        click.echo(f"Accuracy on the same {found.n_test} held-out pairs, mean of {found.draws} random orders.")


def _table(title: str, steps: Sequence[float], accuracy: Mapping[str, Sequence[float]]) -> None:
    click.echo(f"{title:32}" + "".join(f"{step:>8g}" for step in steps))
    for head, shares in accuracy.items():
        click.echo(f"  {head:30}" + "".join(f"{share:8.3f}" for share in shares))
