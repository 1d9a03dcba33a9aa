"""The common shape of all datasets."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from mmdemo.datasets.data_frame import checked_frame, modalities_of, values_of
from mmdemo.datasets.labels import as_known
from mmdemo.datasets.left_out import LeftOut, kinds_of
from mmdemo.datasets.wording import listed
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES

LABEL, GROUP = "label", "group"


@dataclass(frozen=True)
class Dataset:
    """Pairs, such as an image and a caption, each with a label; made by `load_dataset` or `Dataset.from_frame`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a pair, the column `label` (str) and one or more of modalities, such as `image` (path, str) and `text`
        (str); its index holds unique row ids (str) that do not depend on where the files are. Pairs with an equal,
        non-empty value in the optional column `group` (str) stay on one side of every split.
    name : str
        Short name, as in `--data NAME`.
    source : str
        One sentence on where the data comes from.
    licence : str
        SPDX identifier, or a short phrase.
    limits : mapping of str to float, optional
        Best possible accuracy (0–1) of each head (`image`, `text`, `fused`) where it is known.
    notes : tuple of str
        What a person should know, such as which pairs were left out and why.
    options : mapping
        The options it was loaded with, such as `{"captions": "en"}`.
    left_out : tuple of LeftOut
        The rows of its table that are no pairs, each with its reason.
    left_out_kinds : mapping of str to int, optional
        Kind of reason → how many rows, where `left_out` has only the first [default: of those in `left_out`].
    unused : tuple of str
        Its image files that no row names.
    location : str, optional
        What `load_dataset`, or `--data`, takes to load it again with `options`; None if it cannot be loaded again.

    Raises
    ------
    DatasetError
        Where the frame is not as described above.

    Examples
    --------
    >>> frame = pd.DataFrame({"image": ["a.png", "b.png"], "text": ["a cat", "a dog"],
    ...                       "label": ["cat", "dog"]}, index=["a", "b"])
    >>> Dataset(frame, name="pets", source="Drawn by hand.", licence="CC0-1.0").classes
    ('cat', 'dog')
    """

    frame: pd.DataFrame
    name: str
    source: str
    licence: str
    limits: Mapping[str, float] | None = None
    notes: tuple[str, ...] = ()
    options: Mapping[str, str | int | float] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    left_out_kinds: Mapping[str, int] | None = None
    unused: tuple[str, ...] = ()
    location: str | None = None

    def __post_init__(self) -> None:
        """Raise a DatasetError where the frame is not as described above."""
        needs = f"it needs {LABEL} and at least one of {', '.join(MODALITIES)}"
        if LABEL not in self.frame.columns:
            raise DatasetError(f"Dataset {self.name!r} lacks the column {LABEL!r}; {needs}.")
        if not self.modalities:
            raise DatasetError(f"Dataset {self.name!r} has nothing to classify by; {needs}.")
        if not self.frame.index.is_unique:
            raise DatasetError(f"Dataset {self.name!r} has two rows with the same id; each row needs its own.")

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, name: str = "frame", source: str = "A data frame.", licence: str = "yours"
    ) -> Self:
        """Return the dataset of a data frame's pairs; the frame itself is not changed.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns `label` (str), and `image` (path of a file), `text` (str, at most 10,000 characters) or both;
            `group` (str), if there is one: pairs of one group stay on one side of every split. Others are ignored.
            Its index gives the row ids if it is unique; otherwise the rows are numbered from 0.
        name, source, licence : str
            What a report says about the data.

        Returns
        -------
        Dataset
            Its images have absolute paths, so that it can be used from any folder. Its `location` is None, because no
            command loads it again.

        Raises
        ------
        DatasetError
            Where a column, a file or a value is missing, or a value has the wrong type; it names the rows.

        Examples
        --------
        >>> from mmdemo import Dataset, load_dataset
        >>> frame = load_dataset("homonyms", n=40).frame
        >>> Dataset.from_frame(frame[frame["text"].str.contains("mouse")]).classes
        ('mouse (animal)', 'mouse (computer)')
        """
        return cls(checked_frame(frame), name=name, source=source, licence=licence)

    @property
    def address(self) -> str:
        """Return its name for messages: what it was loaded by, else its name."""
        return self.location or self.name

    @property
    def kinds_left_out(self) -> Mapping[str, int]:
        """Return kind of reason → how many rows are left out for it."""
        return kinds_of(self.left_out) if self.left_out_kinds is None else self.left_out_kinds

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the labels that occur, sorted."""
        return tuple(sorted(self.frame[LABEL].unique()))

    @property
    def modalities(self) -> tuple[str, ...]:
        """Return the names of the modalities that its pairs have, in the registry's order."""
        return modalities_of(self.frame)

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of all ids, labels, groups and contents, in the order of the ids.

        Raises an ImageError for a file that cannot be read.
        """
        frame = self.frame.sort_index()
        columns = [frame.index, frame[LABEL], values_of(frame, GROUP) if GROUP in frame else [None] * len(frame)]
        for name in self.modalities:
            digest = MODALITIES[name].digest
            columns.append([None if value is None else f"{name} {digest(value)}" for value in values_of(frame, name)])
        return fingerprint_of_rows(zip(*columns, strict=True))


def fingerprint_of_rows(rows: Iterable[tuple[str | None, ...]]) -> str:
    """Return the SHA-256 (hex) of rows in the order of their ids: id, label, group, and a digest for each modality."""
    found = hashlib.sha256()
    for row in rows:
        found.update(repr(row).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def check_dataset(dataset: object) -> None:
    """Raise a DatasetError unless this is a Dataset."""
    if not isinstance(dataset, Dataset):
        raise DatasetError(
            f"Got {type(dataset).__name__} but expected a Dataset: load_dataset(path), or Dataset.from_frame(frame)."
        )


def check_labels(dataset: Dataset, known: Sequence[str]) -> None:
    """Raise a DatasetError unless this is a Dataset, and a model that knows these labels knows some of its."""
    check_dataset(dataset)
    if not as_known(dataset.frame[LABEL], known).any():
        raise DatasetError(
            f"{dataset.address} has the labels {listed(dataset.classes)}, none of which this model knows; "
            f"it knows {', '.join(known)}."
        )
