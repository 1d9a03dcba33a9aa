"""The data that a model was trained on, loaded again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.own_source import takes
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.errors import DatasetError


@dataclass(frozen=True)
class Origin:
    """A model's data as available here.

    exact: whether it is the same to the last image; in another edition, pairs have changed, been added or removed.
    """

    dataset: Dataset
    exact: bool

    def require_exact(self) -> Dataset:
        """Return the dataset; raise a DatasetError unless it is the same to the last image."""
        if not self.exact:
            raise DatasetError(
                f"The data {self.dataset.name!r} here differs from what this model was trained on: images, captions "
                "or labels have changed. Train a model on the data as it is here, and evaluate that one."
            )
        return self.dataset


def origin(bundle: Bundle, path: Path | None = None) -> Origin:
    """Return the data that a model was trained on; path: where your own data is.

    Raises a DatasetError that says what is missing.
    """
    saved = bundle.manifest["dataset"]
    if path is None and saved["name"] not in SOURCES:
        raise DatasetError(
            f"This model was trained on somebody's own data, {saved['name']!r}, whose images and captions are "
            "not kept with it."
        )
    dataset = load(path or saved["name"], **_options(saved["options"], path))
    return Origin(dataset, dataset.fingerprint() == saved["fingerprint"])


def _options(saved: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
    """Return the options to load the data with: of your own, its columns, or what was edited in its working copy."""
    if path is None:
        return without_place(saved)
    return {key: saved[key] for key in takes(path) if key in saved}


def without_place(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset's options without where it lies, which says nothing about its content.

    A forged manifest must not choose where a source reads or writes.
    """
    return {key: value for key, value in options.items() if key != "directory"}
