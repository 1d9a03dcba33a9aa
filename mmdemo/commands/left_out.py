"""The rows that are left out, for a person: the first few on screen, all of them in a file."""

from collections.abc import Sequence
from pathlib import Path

import click

from mmdemo.datasets.left_out import LeftOut
from mmdemo.storage.spreadsheet import write_csv
from mmdemo.storage.whole import chosen_file

_SHOWN = 5


def print_left_out(rows: Sequence[LeftOut], more: str) -> None:
    """Print the first rows that are left out, each with its reason; more: where the others are listed."""
    if not rows:
        return
    click.echo(f"Left out: {len(rows):,} row{'s' if len(rows) > 1 else ''}.")
    for row in rows[:_SHOWN]:
        click.echo(f"  {row}")
    if len(rows) > _SHOWN:
        click.echo(f"  … and {len(rows) - _SHOWN:,} more. {more}")


def write_left_out(rows: Sequence[LeftOut], file: Path) -> None:
    """Write all rows that are left out as CSV; raise a ConfigError where it cannot be written."""
    with chosen_file(file) as target:
        write_csv([("row", "reason", "remedy"), *((row.row, row.reason, row.remedy) for row in rows)], target)
