"""Two text encoders side by side."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.text import TextSettings


class SideBySideEncoder(TextEncoder):
    """The columns of several text encoders, one after the other.

    encoders: unfitted text encoders; all read captions as written.

    >>> from mmdemo.encoders.tfidf import TfidfEncoder
    >>> from mmdemo.encoders.word_vectors import WordVectorEncoder
    >>> both = SideBySideEncoder([TfidfEncoder(), WordVectorEncoder()]).fit(["a red car", "a blue car"])
    >>> both.transform(["a car"]).shape
    (1, 260)
    """

    frozen = False

    def __init__(self, encoders: Sequence[TextEncoder]) -> None:
        self.encoders = encoders

    @property
    def settings(self) -> TextSettings:  # type: ignore[override]
        """Return how captions are cleaned: as the first encoder does."""
        return self.encoders[0].settings

    def fit(self, X: Sequence[str], y: object = None) -> Self:
        """Fit a clone of each encoder."""
        self.encoders_ = [clone(encoder).fit(X, y) for encoder in self.encoders]
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Return float32 (n, d), sparse, with the encoders' columns side by side."""
        check_is_fitted(self)
        return sparse.hstack([sparse.csr_matrix(encoder.transform(X)) for encoder in self.encoders_], format="csr")

    def pieces(self, caption: str) -> Pieces:
        """Return the pieces of every encoder, each in its own columns."""
        check_is_fitted(self)
        parts = [encoder.pieces(caption) for encoder in self.encoders_]
        spans = np.concatenate([part.spans for part in parts])
        return Pieces(spans, sparse.block_diag([part.rows for part in parts], format="csr"))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the encoders' names, one after the other, (d,)."""
        check_is_fitted(self)
        return np.concatenate([encoder.get_feature_names_out() for encoder in self.encoders_])
