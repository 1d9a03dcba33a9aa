"""Data and models by name or path."""

from pathlib import Path
from typing import Any

from mmdemo.bundles import bundle
from mmdemo.datasets import registry
from mmdemo.datasets.base import Dataset
from mmdemo.library.classifier import PairClassifier
from mmdemo.storage.shipped import shipped_models


def load_dataset(name_or_path: str | Path, **options: Any) -> Dataset:
    """Load a sample by its name, or your own data.

    Parameters
    ----------
    name_or_path : str or path
        `homonyms`, `stamps`, or the path of a folder or zip that holds `data.csv` (columns image, text and label) and
        the images that it names.
    **options
        The sample's options, such as `captions="de"` for the stamps, or `n=1200` for the homonyms.

    Returns
    -------
    Dataset
        The pairs, with name, source and licence.

    Raises
    ------
    DatasetError
        Where there is no such data, or it cannot be used; in one sentence that names the rows.
    ConfigError
        Where the sample does not have such an option.

    Examples
    --------
    >>> from mmdemo import load_dataset
    >>> len(load_dataset("homonyms", n=40).frame)
    40
    """
    return registry.load(str(name_or_path), **options)


def load_model(folder: str | Path | None = None) -> PairClassifier:
    """Read a model from a folder that `save` or `mmdemo train` wrote.

    Parameters
    ----------
    folder : path, optional
        [default: the model `everyday`, which comes with the package and knows ten everyday classes].

    Returns
    -------
    PairClassifier
        Verified byte by byte, and checked to answer as it did when it was made.

    Raises
    ------
    BundleError
        Where there is no model, or it is damaged or of another version.

    Examples
    --------
    >>> from mmdemo import load_model
    >>> load_model().evaluation.n
    719
    """
    return PairClassifier(bundle.load(shipped_models() / "everyday" if folder is None else folder))
