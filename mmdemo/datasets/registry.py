"""The sources of data by name: a new one is a new file and one line here."""

import inspect
import os
from collections.abc import Callable
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

_KINDS: dict[object, tuple[tuple[type, ...], str]] = {
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}


def load(name_or_path: str | Path, **options: str | float) -> Dataset:
    """Load a dataset: a name of SOURCES, or the path of a folder or zip of your own.

    options: the options of the source's function, such as `captions="de"` for the stamps.

    Raises DatasetError where there is no such source, ConfigError where it does not take an option.

    >>> load("cats")
    Traceback (most recent call last):
    mmdemo.errors.DatasetError: There is no dataset 'cats': choose one of homonyms, stamps, or give a folder or a zip.
    """
    source = _source(str(name_or_path))
    parameters = inspect.signature(source, eval_str=True).parameters.items()
    allowed = {name: parameter for name, parameter in parameters if parameter.default is not parameter.empty}
    unknown = sorted(set(options) - set(allowed))
    if unknown:
        takes = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
        raise ConfigError(f"The dataset {name_or_path} does not take the option {unknown[0]!r}; {takes}.")
    for name, value in options.items():
        kinds, expected = _KINDS.get(allowed[name].annotation, ((str, Path), "a word"))
        if not isinstance(value, kinds):
            raise ConfigError(f"The option {name} of the dataset {name_or_path} is {value!r}; expected {expected}.")
    if str(name_or_path) in SOURCES:  # links and manifests find a source by the name it has here
        return replace(source(**options), name=str(name_or_path), location=str(name_or_path))
    return replace(source(name_or_path, **options), location=str(name_or_path))


def _source(name: str) -> Callable[..., Dataset]:
    """Return the function that loads the dataset of this name or path."""
    if not name or (name not in SOURCES and not os.path.exists(name)):
        known = ", ".join(sorted(SOURCES))
        raise DatasetError(f"There is no dataset {name!r}: choose one of {known}, or give a folder or a zip.")
    module, function = SOURCES.get(name, "mmdemo.datasets.archive:archive").split(":")
    loader: Callable[..., Dataset] = getattr(import_module(module), function)
    return loader
