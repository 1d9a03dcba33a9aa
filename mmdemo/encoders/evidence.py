"""The result of `examine`: one value's features, and the evidence they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from mmdemo.preprocess.image import Square
from mmdemo.preprocess.text import Token


@runtime_checkable
class Evidence(Protocol):
    """The evidence behind one value's features, whatever its modality."""

    @property
    def features(self) -> np.ndarray:
        """The features, (d,)."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for a person about anything unusual in the value."""

    @property
    def additive(self) -> bool:
        """Whether the features are sums over parts of the value."""


@runtime_checkable
class ImageEvidence(Evidence, Protocol):
    """The evidence of one image: the cells of a grid over the square that the encoder saw."""

    @property
    def square(self) -> Square:
        """The square that the encoder saw."""

    @property
    def feature_map(self) -> np.ndarray:
        """The map that the features are pooled from, float32 (h, w, c)."""

    def cell_parts(self, coef: np.ndarray) -> np.ndarray:
        """Return (k, h, w): what each cell adds to `coef (k, d) @ features`."""

    def in_image(self) -> np.ndarray:
        """Return bool (h, w): whether a cell lies at least partly on the image, and not on its white border."""

    def of_pixels(self, pixels: np.ndarray) -> Self:
        """Return what the same encoder finds in the same square with other pixels, uint8 (size, size, 3)."""


@runtime_checkable
class TextEvidence(Evidence, Protocol):
    """The evidence of one caption: its words."""

    @property
    def cleaned(self) -> str:
        """The caption after cleaning."""

    @property
    def words(self) -> Sequence[Token]:
        """Its words, in order."""

    def word_parts(self, coef: np.ndarray) -> np.ndarray:
        """Return (k, words): what each word adds to `coef (k, d) @ features`."""


@dataclass(frozen=True)
class Part:
    """What one value adds to each of k logits, and how it divides among the units of the value.

    total: float64 (k,).
    units: what the values belong to, in order (words, cells of an image …); none where the features are not sums.
    values: float64 (k, units), which add up to the total; (k, 0) without units.
    """

    total: np.ndarray
    units: tuple[Any, ...]
    values: np.ndarray


def undivided(evidence: Evidence, coef: np.ndarray) -> Part:
    """Return `coef (k, d) @ features` as a whole: the part of a value that does not divide into units.

    >>> from types import SimpleNamespace
    >>> undivided(SimpleNamespace(features=np.array([1.0, 2.0])), np.array([[3.0, 4.0]])).total
    array([11.])
    """
    total = np.asarray(coef, np.float64) @ np.asarray(evidence.features, np.float64)
    return Part(total, (), np.zeros((len(total), 0)))


def with_cells(evidence: Mapping[str, Evidence]) -> tuple[str, ImageEvidence] | None:
    """Return the modality and the evidence of the first value that has cells, or None."""
    return next(((name, found) for name, found in evidence.items() if isinstance(found, ImageEvidence)), None)
