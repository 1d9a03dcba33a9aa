"""The result of `examine`: one value's features, and the evidence they come from."""

from collections.abc import Mapping, Sequence
from typing import Protocol, Self, runtime_checkable

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


def image_evidence(evidence: Mapping[str, Evidence]) -> ImageEvidence | None:
    """Return the image's evidence, or None if it has no cells."""
    found = evidence.get("image")
    return found if isinstance(found, ImageEvidence) else None


def text_evidence(evidence: Mapping[str, Evidence]) -> TextEvidence | None:
    """Return the caption's evidence, or None if it has no words."""
    found = evidence.get("text")
    return found if isinstance(found, TextEvidence) else None
