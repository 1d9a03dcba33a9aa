"""Your own data as a source: a folder, zip, table or mapping file, or a working copy of one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmdemo.datasets import working_copy
from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.choices import PLACES, Choices
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.own_dataset import dataset_of
from mmdemo.modalities.registry import MODALITIES


def takes(path: Path) -> Sequence[str]:
    """Return the names of the options that the data at a path takes."""
    return ("edits",) if working_copy.is_copy(path) else (*MODALITIES, LABEL, GROUP, *PLACES)


def load(path: Path, options: Mapping[str, Any], report: Callable[[float], None]) -> Dataset:
    """Return the labelled pairs of a path; raise a DatasetError, one sentence, where no row can be used.

    Every image is decoded once; a row whose image is damaged is left out. report: called with the share (0–1) done.
    """
    if working_copy.is_copy(path):
        return working_copy.read(path, **options)
    return dataset_of(own_data(path, report=report, choices=Choices.from_options(options), verify=True), options)
