"""What tells a dataset from every other, for caches."""

from mmdemo.datasets.base import Dataset


def key_of(dataset: Dataset) -> tuple[object, ...]:
    """Return a dataset's name, options, size and first pair."""
    first = (str(dataset.frame[name].iloc[0]) for name in dataset.modalities)
    return dataset.name, *sorted(dataset.options.items()), len(dataset.frame), *first
