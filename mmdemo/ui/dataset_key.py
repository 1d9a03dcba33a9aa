"""What tells a dataset from every other, for caches."""

from pathlib import Path

from mmdemo.datasets.base import Dataset
from mmdemo.storage.trimming import changed
from mmdemo.ui.own_copy import FACTS


def key_of(dataset: Dataset) -> tuple[object, ...]:
    """Return a dataset's name, options, size and first pair, and of own data its place and when that changed."""
    first = (str(dataset.frame[name].iloc[0]) for name in dataset.modalities)
    where = dataset.location or ""
    return (
        dataset.name,
        *sorted(dataset.options.items()),
        len(dataset.frame),
        *first,
        where,
        changed(Path(where, FACTS)) if Path(where).is_absolute() else 0.0,
    )
