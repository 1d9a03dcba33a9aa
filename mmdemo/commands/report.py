"""`mmdemo report`: an HTML file on a model."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmdemo.bundles.bundle import load
from mmdemo.commands.options import as_json
from mmdemo.commands.progress import Reporter
from mmdemo.errors import ConfigError, MissingExtraError
from mmdemo.report.stages import SECONDS
from mmdemo.storage.whole import chosen_file, whole_folder

if TYPE_CHECKING:
    from mmdemo.report.page import Report

_OF_THE_APP = ("jinja2", "vl_convert")


@click.command("report")
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path), help="Folder of a model.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="HTML file to write.")
@click.option("--title", help="Heading of the report [default: the name of the data].")
@click.option("--data", type=click.Path(path_type=Path), help="Where the model's data is, if it was your own.")
@click.option("--charts", type=click.Path(path_type=Path), help="New or empty folder for the charts as SVG and PNG.")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="none", show_default=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(
    folder: Path,
    output: Path,
    title: str | None,
    data: Path | None,
    charts: Path | None,
    progress: str,
    json_: bool,
) -> None:
    """Write an HTML report on a model, with charts and examples, that needs no network."""
    if charts is not None and charts.exists() and (not charts.is_dir() or any(charts.iterdir())):
        raise ConfigError(f"{charts} is not an empty folder; give the charts a new one.")
    if not all(map(find_spec, _OF_THE_APP)):
        raise MissingExtraError("A report", "app")
    from mmdemo.report.page import build_report

    on_progress = Reporter(progress, SECONDS)
    on_progress.expect(SECONDS)

    def on_stage(stage: str, done: float) -> None:
        on_progress({"event": "stage", "stage": stage, "done": round(done, 4)})

    on_stage("model", 0.0)
    bundle = load(folder)
    on_stage("model", 1.0)
    report = build_report(bundle, title, data, on_stage)
    on_stage("files", 0.0)
    if charts is not None:
        _write_charts(report, charts)
    with chosen_file(output) as file:  # last: who waits for it finds the charts, too
        file.write(report.html)
    on_stage("files", 1.0)
    size = output.stat().st_size
    result = {"output": str(output), "charts": str(charts) if charts else None, "bytes": size}
    if json_ or progress == "json":
        click.echo(as_json(result if json_ else {"event": "result", **result}))
        return
    click.echo(f"Report: {output} ({size / 1e6:.1f} MB)" + (f"; charts: {charts}" if charts else ""))


def _write_charts(report: "Report", folder: Path) -> None:
    from mmdemo.report.rendering import png

    try:
        with whole_folder(folder) as temporary:
            for name, figure in report.figures.items():
                (temporary / f"{name}.svg").write_text(figure.svg, "utf-8")
                (temporary / f"{name}.png").write_bytes(png(figure))
    except OSError as error:
        raise ConfigError(f"No charts can be written to {folder}: {error.strerror or error}.") from error
