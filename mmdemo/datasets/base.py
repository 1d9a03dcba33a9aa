"""The one shape that every dataset has."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mmdemo.errors import DatasetError
from mmdemo.preprocess.source import image_content

COLUMNS = ("image", "text", "label")


@dataclass(frozen=True)
class Dataset:
    """Pairs of a picture and a caption, each with a label.

    frame: one row a pair, columns `image` (path, str), `text` (str) and `label` (str);
        its index holds unique row ids (str) that do not depend on where the files lie.
    name: short name, as in `--data NAME`.
    source: one sentence on where the data comes from.
    licence: SPDX identifier, or a short phrase.
    limits: best possible accuracy (0–1) of each head (`image`, `text`, `fused`) where known, else None.
    notes: what a person should know, such as the rows that were left out and why.
    options: what it was loaded with, such as `{"captions": "en"}`; enough to load it again.

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

    def __post_init__(self) -> None:
        """Raise a DatasetError where the frame is not as described above."""
        missing = [column for column in COLUMNS if column not in self.frame.columns]
        if missing:
            raise DatasetError(f"Dataset {self.name!r} lacks the column {missing[0]!r}; it needs {', '.join(COLUMNS)}.")
        if not self.frame.index.is_unique:
            raise DatasetError(f"Dataset {self.name!r} has two rows with the same id; each row needs its own.")

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the labels that occur, sorted."""
        return tuple(sorted(self.frame["label"].unique()))

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of all ids, captions, labels and picture bytes, in the order of the ids."""
        digest = hashlib.sha256()
        for row in self.frame.sort_index().itertuples():
            picture = image_content(str(row.image)).sha256
            digest.update(repr((row.Index, row.text, row.label, picture)).encode())
        return digest.hexdigest()
