"""The sources of data by name: a new one is a new file and one line here."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from mmdemo.datasets.base import Dataset
from mmdemo.errors import ConfigError, DatasetError

# name → module:function, imported when needed
SOURCES = {
    "homonyms": "mmdemo.datasets.homonyms:homonyms",
    "stamps": "mmdemo.datasets.stamps:stamps",
}

Report = Callable[[float], None]
_REPORT = "report"

_KINDS: dict[object, tuple[tuple[type, ...], str]] = {
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}


def load(name_or_path: str | Path, report: Report = lambda share: None, /, **options: str | float) -> Dataset:
    """Load a dataset: a name of SOURCES, or the path of your own: a folder, zip, table or mapping file.

    report: called with the share (0–1) that is read or drawn.
    options: the options of the source's function, such as `captions="de"` for the stamps, or which column is what.

    Raises DatasetError where there is no such source, ConfigError where it does not take an option.

    >>> load("cats")
    Traceback (most recent call last):
    mmdemo.errors.DatasetError: There is no dataset 'cats': choose one of homonyms, stamps, or give a folder, zip or ...
    """
    address = str(name_or_path)
    if address in SOURCES:  # links and manifests find a source by the name it has here
        return replace(_sample(address, options, report), name=address, location=address)
    check_there(address)
    own = import_module("mmdemo.datasets.own_source")  # imported when needed, too
    check_options(address, options, own.takes(Path(address)))
    return replace(own.load(Path(address), options, report), location=address)


def check_there(address: str) -> None:
    """Raise a DatasetError unless there is something at a path."""
    if not address or not os.path.exists(address):
        known = ", ".join(sorted(SOURCES))
        raise DatasetError(
            f"There is no dataset {address!r}: choose one of {known}, or give a folder, zip or table of your own."
        )


def check_options(address: str, options: Iterable[str], takes: Sequence[str]) -> None:
    """Raise a ConfigError for an option that a dataset does not take."""
    if unknown := sorted(set(options) - set(takes)):
        said = f"it takes {', '.join(takes)}" if takes else "it takes none"
        raise ConfigError(f"The dataset {address} does not take the option {unknown[0]!r}; {said}.")


def _sample(name: str, options: Mapping[str, str | float], report: Report) -> Dataset:
    module, function = SOURCES[name].split(":")
    source: Callable[..., Dataset] = getattr(import_module(module), function)
    parameters = inspect.signature(source, eval_str=True).parameters.items()
    defaults = {key: parameter for key, parameter in parameters if parameter.default is not parameter.empty}
    told = {_REPORT: report} if defaults.pop(_REPORT, None) else {}  # no option: a source may say how far it is
    check_options(name, options, list(defaults))
    for key, value in options.items():
        kinds, expected = _KINDS.get(defaults[key].annotation, ((str, Path), "a word"))
        if not isinstance(value, kinds):
            raise ConfigError(f"The option {key} of the dataset {name} is {value!r}; expected {expected}.")
    return source(**options, **told)
