"""What `mmdemo data` writes of your own data: a working copy, a first look, which column is what."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.commands.progress import Reporter
from mmdemo.datasets import working_copy
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.copied_left_out import count_of
from mmdemo.datasets.first_look import write_look
from mmdemo.datasets.mapping_file import read_mapping, write_mapping
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.own_source import takes
from mmdemo.datasets.registry import SOURCES, check_options, check_there
from mmdemo.errors import ConfigError


def write_copy(
    data: str, options: Mapping[str, Any], folder: Path, name: str, on_progress: Reporter
) -> dict[str, Any]:
    """Write a working copy of your own data, and return its counts; raises a DatasetError or ConfigError.

    on_progress: made for `working_copy.seconds()`.
    """
    choices = _choices(data, options)

    def report(stage: str, share: float) -> None:
        on_progress({"event": "stage", "stage": stage, "done": round(share, 4)})

    report("read", 0.0)
    own = own_data(data, report=lambda share: report("read", share), choices=choices)
    on_progress.expect(working_copy.seconds(own))
    facts = working_copy.write(own, folder, report, name)
    return {"out": str(folder), "rows": facts["rows"], "used": facts["used"], "rows left out": count_of(facts)}


def look_into(data: str, options: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write a first look at your own data, and return which column seems to be what."""
    found = write_look(Path(data), folder, _choices(data, options))
    return {"out": str(folder), "mapping": found["mapping"], "reasons": found["reasons"]}


def save_mapping(data: str, options: Mapping[str, Any], file: Path) -> None:
    """Write which column is what, as guessed and chosen, to a file that `--data` takes."""
    own = own_data(data, choices=_choices(data, options))
    described = read_mapping(Path(data))
    write_mapping(file, own.mapping, described[0] if described else Path(data))


def _choices(data: str, options: Mapping[str, Any]) -> Choices:
    if data in SOURCES:
        raise ConfigError(f"{data} is a sample; --out, --look and --save-mapping are for data of your own.")
    check_there(data)
    check_options(data, options, takes(Path(data)))
    return Choices.from_options(options)
