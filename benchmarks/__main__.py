"""`python -m benchmarks [NAME …]`: measure, print a table for each, and say which targets are met."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks import BENCHMARKS
from benchmarks.child import ROOT
from benchmarks.readme import marked, replace_blocks
from benchmarks.report import Report

README = ROOT / "README.md"


@click.command(epilog="Benchmarks: " + "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items()))
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)), metavar="[NAME]...")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Keep all numbers in this file.")
@click.option("--markdown", is_flag=True, help="Print only what belongs between the markers of README.md.")
@click.option("--write-readme", is_flag=True, help="Replace the measured tables in README.md.")
@click.option("--quick", is_flag=True, help="Leave out what takes longest, where a benchmark knows how.")
def command(names: tuple[str, ...], json_file: Path | None, markdown: bool, write_readme: bool, quick: bool) -> None:
    """Run the named benchmarks, or all of them; a missed target is reported but is not a failure."""
    chosen = [name for name in BENCHMARKS if not names or name in names]
    if not markdown:
        click.echo(f"# Fusion Lab, measured on {machine()['summary']}")
    reports: dict[str, Report] = {}
    with tempfile.TemporaryDirectory(prefix="fusion-lab-benchmarks-") as folder:
        for name in chosen:
            click.echo(f"{name}: {BENCHMARKS[name]} …", err=True)
            report = _measure(name, Path(folder), quick)
            if report is None:
                click.echo(f"\n## {name} could not be measured; the reason is printed above.", err=markdown)
                continue
            reports[name] = report
            click.echo(marked(name, _block(name, report)) if markdown else f"\n{report.markdown()}")
    if json_file:
        saved = {"machine": machine(), "benchmarks": {name: report.as_dict() for name, report in reports.items()}}
        json_file.write_text(json.dumps(saved, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if write_readme:
        _write_readme(reports)
    if not markdown:
        click.echo(f"\n{verdict(reports)}")
    sys.exit(len(reports) < len(chosen))


def machine() -> dict[str, Any]:
    """Return what timings depend on: processors, versions, and other load."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    cores = os.cpu_count() or 1
    busy = " (busy: timings are too long)" if load > cores / 2 else ""
    summary = f"{cores} processors, Python {platform.python_version()}, load average {load:.1f}{busy}"
    return {"processors": cores, "python": platform.python_version(), "load": load, "summary": summary}


def verdict(reports: Mapping[str, Report]) -> str:
    """Return one line: how many targets are met, and in which benchmarks some are not."""
    targets = [(name, target) for name, report in reports.items() for target in report.targets]
    missed = sorted({name for name, target in targets if not target.met})
    met = sum(target.met for _, target in targets)
    return f"{met} of {len(targets)} targets met" + (f"; missed in: {', '.join(missed)}." if missed else ".")


def _measure(name: str, folder: Path, quick: bool) -> Report | None:
    """Run one benchmark in a process of its own, so that none inherits another's memory, imports or threads."""
    result = folder / f"{name}.json"
    own = {"MMDEMO_CACHE_DIR": str(folder / "cache"), "MMDEMO_RUNS_DIR": str(folder / "runs")}
    worker = [sys.executable, "-m", "benchmarks.worker", name, str(result), *(["--quick"] if quick else [])]
    if subprocess.run(worker, cwd=ROOT, env={**os.environ, **own}, stdout=sys.stderr).returncode:
        return None
    return Report.from_dict(json.loads(result.read_text(encoding="utf-8")))


def _block(name: str, report: Report) -> str:
    return f"{report.block()} Made by `python -m benchmarks {name} --write-readme`."


def _write_readme(reports: Mapping[str, Report]) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = {name: _block(name, report) for name, report in reports.items() if f"<!-- benchmark:{name} -->" in text}
    README.write_text(replace_blocks(text, blocks), encoding="utf-8")
    click.echo(f"Replaced in README.md: {', '.join(blocks) or 'nothing, no marker names what was measured'}.", err=True)


if __name__ == "__main__":
    command(prog_name="python -m benchmarks")
