"""Options that say which column of your own table is what."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

import click

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.choices import PLACES, options_of
from mmdemo.datasets.column_mapping import Rare
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES

Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--label", metavar="COLUMN", help="Column of the labels, or none."),
    click.option("--group", metavar="COLUMN", help="Column of which equal values stay on one side of every split."),
    click.option("--table", metavar="NAME", help="Table of a folder or zip that holds several."),
    click.option("--sheet", metavar="NAME", help="Sheet of a workbook."),
    click.option("--rare", type=click.Choice(get_args(Rare)), help="What becomes of classes with too few pairs."),
)


def column_option(modality: Modality) -> click.Option:
    """Return the option that names the columns of a modality."""
    told = f"Column of the {modality.nouns} in a table of your own, or none; repeatable. [default: a guess]"
    return click.Option([f"--{modality.name}", _key(modality.name)], multiple=True, metavar="COLUMN", help=told)


def column_options(command: Command) -> Command:
    """Add the options that there are once, whatever the modalities."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_columns(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the options of a dataset that the words of a command line stand for; given: parameter → value."""
    columns = {name: given.get(_key(name), ()) for name in MODALITIES}
    return options_of(columns, {name: given.get(name) for name in (LABEL, GROUP, *PLACES)})


def _key(modality: str) -> str:
    return f"{modality}_columns"
