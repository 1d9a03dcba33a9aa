"""`mmdemo open`: a model's zip from elsewhere, unpacked and checked."""

from pathlib import Path

import click

from mmdemo.bundles.opening import open_model
from mmdemo.commands.options import as_json
from mmdemo.commands.progress import Reporter


@click.command("open")
@click.argument("zip_", metavar="ZIP", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New or empty folder for the model.")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="none", show_default=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(zip_: Path, out: Path, progress: str, json_: bool) -> None:
    """Unpack a model that the Models page gave as a zip, and check it to the last byte."""
    on_progress = Reporter(progress)
    on_progress({"event": "stage", "stage": "open", "done": 0.0})
    bundle = open_model(zip_, out)
    on_progress({"event": "stage", "stage": "open", "done": 1.0})
    result = {"bundle": str(out), "classes": list(bundle.model.classes)}
    if json_ or progress == "json":
        click.echo(as_json(result if json_ else {"event": "result", **result}))
        return
    click.echo(f"{bundle.evaluation.verdict()} Model: {out}")
