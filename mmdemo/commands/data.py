"""`mmdemo data`: what a dataset holds, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click
import numpy as np

from mmdemo.commands.options import as_json, read_data_options
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.quality import QualityReport, examine
from mmdemo.datasets.words import caption_lengths
from mmdemo.library import load_dataset


@click.command("data")
@click.argument("data", metavar="homonyms|stamps|PATH")
@click.option("--captions", metavar="LANG", help="Language of the stamps' captions, such as en, de or zh_CN.")
@click.option("--set", "settings", multiple=True, metavar="data.NAME=VALUE", help="Such as data.n=1200; repeatable.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(data: str, captions: str | None, settings: tuple[str, ...], json_: bool) -> None:
    """Show what a dataset holds, what is wrong with it, and what to do about it."""
    dataset = load_dataset(data, **read_data_options(captions, settings))
    summary = summarise(dataset, examine(dataset))
    if json_:
        click.echo(as_json(summary))
    else:
        _print(summary)


def summarise(dataset: Dataset, report: QualityReport) -> dict[str, Any]:
    """Return what a dataset holds as it stands in JSON; `captions` and `images` are null where there are none."""
    counts = dataset.frame["label"].value_counts()
    groups = np.unique(report.groups.keys, return_counts=True)[1]
    return {
        "name": dataset.name,
        "source": dataset.source,
        "licence": dataset.licence,
        "options": dict(dataset.options),
        "pairs": len(dataset.frame),
        "classes": {label: int(counts[label]) for label in dataset.classes},
        "groups": {"count": len(groups), "largest": int(groups.max(initial=0))},
        "captions": _lengths(dataset),
        "images": _spread(report.sizes),
        "notes": list(dataset.notes),
        "limits": dict(dataset.limits) if dataset.limits else None,
        "findings": [asdict(finding) for finding in report.findings],
    }


def _lengths(dataset: Dataset) -> dict[str, Any] | None:
    lengths = caption_lengths(dataset.frame)
    if lengths.empty:
        return None
    return {"words_median": float(lengths.median()), "words_min": int(lengths.min()), "words_max": int(lengths.max())}


def _spread(sizes: Mapping[str, tuple[int, int]]) -> dict[str, Any] | None:
    if not sizes:
        return None
    by_area = sorted(sizes.values(), key=lambda size: (size[0] * size[1], size))
    width, height = np.median(by_area, axis=0).tolist()
    return {"width_median": width, "height_median": height, "smallest": by_area[0], "largest": by_area[-1]}


def _print(summary: Mapping[str, Any]) -> None:
    captions, images = summary["captions"], summary["images"]
    click.echo(f"{summary['name']}: {summary['source']} Licence: {summary['licence']}.")
    click.echo(f"{summary['pairs']:,} pairs of {len(summary['classes'])} classes:")
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
    for note in summary["notes"]:
        click.echo(note)
    for finding in summary["findings"]:
        click.echo(f"{finding['severity'].capitalize()}: {finding['title']}. {finding['detail']}")
    if not summary["findings"]:
        click.echo("Quality: no problems found.")
