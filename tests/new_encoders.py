"""Encoders as CONTRIBUTING says to write them: one of images, one of captions."""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from mmdemo.encoders.facts import Option
from mmdemo.encoders.image_encoder import GlobalAveragePoolingEncoder
from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.text import clean
from mmdemo.storage.feature_cache import FeatureCache


class ColourHistogramEncoder(GlobalAveragePoolingEncoder):
    """The shares of eight colours, each channel dark or light, in cells × cells parts of the image, averaged."""

    title = "Colours, counted"
    name = "Colour histogram"
    summary = "How much of each of eight colours there is: knows nothing of shapes."
    options: ClassVar = {"cells": Option("Cells along each side", 1, 16, (4, 8))}
    n_features_out = 8

    def __init__(
        self, cells: int = 4, settings: ImageSettings = ImageSettings(), cache: FeatureCache | None = None
    ) -> None:
        super().__init__(settings, cache)
        self.cells = cells

    @property
    def size(self) -> int:  # type: ignore[override]
        """Side in pixels: 8 a cell."""
        return 8 * self.cells

    def map_batch(self, batch: np.ndarray) -> np.ndarray:
        """Return float32 (n, cells, cells, 8), shares (0–1), of uint8 (n, size, size, 3)."""
        colours = np.eye(8, dtype=np.float32)[(batch >= 128) @ [4, 2, 1]]
        return colours.reshape(len(batch), self.cells, 8, self.cells, 8, 8).mean(axis=(2, 4))

    def identity(self) -> str:
        """Name what the features depend on."""
        return f"colour_histogram {self.size} px"


class LetterEncoder(TextEncoder):
    """How often each letter stands in a caption. Learnt: `letters_`, those of the captions that it was fitted on."""

    title = "Letters, counted"
    name = "Letters"
    summary = "How often each letter stands in the caption: knows nothing of words."
    frozen = False

    def fit(self, X: Sequence[str], y: object = None) -> Self:
        """Learn which letters there are."""
        self.letters_ = sorted({letter for caption in X for letter in clean(caption, self.settings) if letter != " "})
        return self

    def pieces(self, caption: str) -> Pieces:
        """Return one piece a letter."""
        check_is_fitted(self)
        cleaned = clean(caption, self.settings)
        known = [(place, self.letters_.index(one)) for place, one in enumerate(cleaned) if one in self.letters_]
        places, columns = np.array(known, dtype=int).reshape(-1, 2).T
        shape = (len(known), len(self.letters_))
        rows = sparse.csr_matrix((np.ones(len(known)), (np.arange(len(known)), columns)), shape)
        return Pieces(np.column_stack([places, places + 1]), rows)

    def transform(self, X: Sequence[str]) -> np.ndarray:
        """Return float32 (n, letters)."""
        check_is_fitted(self)
        rows = [np.asarray(self.pieces(caption).rows.sum(axis=0)).ravel() for caption in X]
        return np.asarray(rows, np.float32).reshape(-1, len(self.letters_))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the letters, (d,)."""
        check_is_fitted(self)
        return np.array(self.letters_, dtype=object)


class WholeCaptionEncoder(LetterEncoder):
    """The same, but its features count as no sum over the caption."""

    title = "Whole captions"
    additive = False


class WholeImageEncoder(ColourHistogramEncoder):
    """The same, but its features count as no sum over the cells."""

    title = "Whole images"
    additive = False
