"""The base of the text encoders: captions in, features out, and the pieces that the features are the sum of."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Encoder
from mmdemo.preprocess.text import TextSettings, Token, clean, cut_short, words


@dataclass(frozen=True)
class Pieces:
    """The pieces that a caption's features are the sum of.

    spans: int (n, 2), the characters [start, end) of the cleaned caption that each piece covers.
    rows: sparse float (m, d), what each of m different pieces adds to the caption's feature vector.
    which: int (n,), the row of each piece; by default each has a row of its own.
    """

    spans: np.ndarray
    rows: sparse.csr_matrix
    which: np.ndarray | None = None

    @property
    def places(self) -> np.ndarray:
        """The row of each piece, int (n,)."""
        return np.arange(len(self.spans)) if self.which is None else self.which

    @property
    def features(self) -> np.ndarray:
        """The sum of all pieces, float64 (d,)."""
        return np.asarray(np.bincount(self.places, minlength=self.rows.shape[0]) @ self.rows).ravel()


@dataclass(frozen=True)
class ExaminedCaption:
    """The evidence of one caption.

    features: float64 (d,).
    cleaned: the caption after cleaning.
    words: its words, in order.
    pieces: the tokens and word pieces that the features are the sum of.
    notes: anything unusual about the caption. additive: whether the features are the sum of the pieces.
    """

    features: np.ndarray
    cleaned: str
    words: tuple[Token, ...]
    pieces: Pieces
    notes: tuple[str, ...] = ()
    additive: bool = True

    def word_parts(self, coef: np.ndarray) -> np.ndarray:
        """Return (k, words): what each word adds to `coef (k, d) @ features`.

        A piece's part is divided equally among the words that it overlaps.
        """
        # Everything stays as small as the number of different pieces: dense rows of each piece's features would take
        # gigabytes for a long caption.
        rows, places = self.pieces.rows, self.pieces.places
        used = np.unique(rows.indices)
        parts = np.asarray(rows[:, used] @ coef[:, used].T)
        shares = _shares(self.pieces.spans, self.words)
        kinds = sparse.csr_matrix((np.ones(len(places)), places, np.arange(len(places) + 1)), (len(places), len(parts)))
        return np.asarray((shares.T @ kinds) @ parts).T


class TextEncoder(Encoder):
    """Base of the text encoders; X is a sequence of n captions (str), as written."""

    settings: TextSettings

    def __init__(self, settings: TextSettings = TextSettings()) -> None:
        self.settings = settings

    @abstractmethod
    def pieces(self, caption: str) -> Pieces:
        """Return the pieces of one caption, as written, that its features are the sum of."""

    def known_words(self) -> Sequence[str]:
        """Return words whose meanings it knows without having been trained on them; by default none."""
        return ()

    def examine(self, value: str) -> ExaminedCaption:
        """Return one caption's features with the evidence they come from."""
        pieces, cleaned = self.pieces(value), clean(value, self.settings)
        notes = cut_short(value, self.settings)
        return ExaminedCaption(pieces.features, cleaned, tuple(words(cleaned)), pieces, notes, self.additive)

    def __sklearn_tags__(self) -> Any:
        """Declare that X holds strings."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        return tags


def _shares(spans: np.ndarray, units: Sequence[Token]) -> sparse.csr_matrix:
    # (pieces, words), rows sum to 1. A piece overlaps a run of words; one that covers none, such as a lone space,
    # goes to the word after it. Sparse, because a long caption has ten thousand words and more pieces.
    starts, ends = np.array([(unit.start, unit.end) for unit in units], dtype=int).reshape(-1, 2).T
    first = np.minimum(np.searchsorted(ends, spans[:, 0], side="right"), len(units) - 1)
    counts = np.maximum(np.searchsorted(starts, spans[:, 1]) - first, 1)
    ends_of_rows = np.cumsum(counts)
    columns = np.arange(counts.sum()) - np.repeat(ends_of_rows - counts - first, counts)
    ends_of_rows = np.concatenate([[0], ends_of_rows])
    return sparse.csr_matrix((np.repeat(1 / counts, counts), columns, ends_of_rows), (len(spans), len(units)))
