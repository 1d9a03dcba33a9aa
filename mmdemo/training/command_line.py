"""The command line of a training run, the same for a page, a bundle and a terminal."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.choices import flags_of
from mmdemo.datasets.mapping_file import mapping_file_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import own_data_dir

FROM_FRAME = "# Trained in Python from a data frame: no command trains it again."
"""The command of a model whose data no command can load."""


def train_arguments(data: str, options: Mapping[str, Any], config: ModelConfig) -> list[str]:
    """Return the arguments after `python -m mmdemo` that train this configuration on this data.

    data: the dataset's name or path. options: what it is loaded with, all of them options of the source.
    """
    arguments = ["train", "--data", data]
    if "captions" in options:
        arguments += ["--captions", str(options["captions"])]
    flags = flags_of(options)
    rest = {key: value for key, value in options.items() if key != "captions" and f"--{key}" not in flags}
    arguments += [*flags, *_settings("data", rest)]
    for name in MODALITIES:
        arguments += [f"--{name}-encoder", config.encoders.get(name, "none")]
        arguments += _settings(name, config.options.get(name, {}))
    arguments += ["--seed", str(config.seed), "--folds", str(config.n_folds)]
    return [*arguments, "--C", "auto" if config.C is None else _number(config.C)]


def command_of(dataset: Dataset, config: ModelConfig) -> str:
    """Return the line that trains this configuration on this data again, or a comment that says why no line can.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"image": ["a.png"], "text": ["a cat"], "label": ["cat"]}, index=["a"])
    >>> dataset = Dataset(frame, "pets", source="Drawn.", licence="CC0-1.0", location="pets.zip")
    >>> command_of(dataset, ModelConfig({"text": "tfidf"}))
    'python -m mmdemo train --data pets.zip --image-encoder none --text-encoder tfidf --seed 42 ...'
    """
    if dataset.location is None:
        return FROM_FRAME
    return shell_command(lasting_arguments(dataset.location, dataset, config))


def lasting_arguments(data: str, dataset: Dataset, config: ModelConfig) -> list[str]:
    """Return the arguments that train this configuration on a dataset, also when a copy of it is gone.

    data: its name or path. A copy that the app keeps for a while is meant by the mapping file that the app offers; what
    was left out or labelled there by hand is not in it.
    """
    options = dataset.options
    if own_data_dir().absolute() in Path(data).absolute().parents:
        data, options = mapping_file_of(dataset.name), {key: options[key] for key in options if key != "edits"}
    return train_arguments(data, options, config)


def shell_command(arguments: list[str]) -> str:
    """Return the arguments as one line to type into a terminal."""
    return shlex.join(["python", "-m", "mmdemo", *arguments])


def public_command(command: str) -> str:
    """Return a command without what only its machine knows: absolute paths are cut to the name, `--out` is left out.

    >>> public_command("python -m mmdemo train --data /home/me/pets.zip --seed 42 --out /srv/runs/x")
    'python -m mmdemo train --data pets.zip --seed 42'
    """
    if command == FROM_FRAME:
        return command
    try:
        words = shlex.split(command)
    except ValueError:  # not one of our commands
        return ""
    kept: list[str] = []
    for word in words:
        name = _name_of_absolute(word)
        if name is not None and kept[-1:] == ["--out"]:
            kept.pop()
        elif name is None or not name.startswith("--out="):
            kept.append(word if name is None else name)
    return shlex.join(kept)


def _name_of_absolute(word: str) -> str | None:
    """Return a word `/folder/name` or `key=/folder/name` without the folder, None for any other word."""
    key, equals, value = word.partition("=")
    for before, path in (("", word), (key + equals, value)):
        for kind in (PurePosixPath, PureWindowsPath):
            if kind(path).is_absolute():
                return before + kind(path).name
    return None


def _settings(part: str, values: Mapping[str, Any]) -> list[str]:
    words = []
    for key, value in values.items():
        words += ["--set", f"{part}.{key}={value if _reads_as_itself(value) else json.dumps(value)}"]
    return words


def _reads_as_itself(value: Any) -> bool:
    # `crop` does, `2` would be read as a number
    if not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except ValueError:
        return True
    return False


def _number(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
