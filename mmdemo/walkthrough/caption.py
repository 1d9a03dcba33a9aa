"""How a caption becomes features: words weighted by how distinctive they are, and a mean of word vectors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordPieces, WordVectorEncoder, nearest_words
from mmdemo.errors import ConfigError
from mmdemo.preprocess.text import TextSettings, clean, words

_MOST_WORDS = 200  # whose vectors are measured


@dataclass(frozen=True)
class Term:
    """A word (or n-gram) of a caption, and how its weight is computed.

    count: how often it occurs in the caption, tf. captions: in how many of the n captions it occurs, df.
    idf: 1 + ln((1 + n) / (1 + df)). weight: its feature, (1 + ln tf) · idf divided by the vector's length (0–1).
    """

    name: str
    count: int
    captions: int
    idf: float
    weight: float

    @property
    def raw(self) -> float:
        """(1 + ln tf) · idf, before the length is made 1."""
        return float((1 + np.log(self.count)) * self.idf)


@dataclass(frozen=True)
class TfidfWalk:
    """One caption in TF-IDF.

    terms: the known ones, heaviest first. unknown: the others, which do not count.
    captions: n, the number of captions counted. vocabulary: how many terms are known.
    filled: mean share (0–1) of the vocabulary that a caption fills.
    """

    terms: tuple[Term, ...]
    unknown: tuple[str, ...]
    captions: int
    vocabulary: int
    filled: float

    @property
    def length(self) -> float:
        """The divisor of every raw weight, which makes all vectors equally long."""
        return float(np.linalg.norm([term.raw for term in self.terms]))


def tfidf_of(encoder: Encoder | None, captions: Sequence[str]) -> TfidfEncoder:
    """Return the text encoder's own TF-IDF, or if it has none, one fitted on the captions."""
    own = own_tfidf(encoder)
    if own is not None:
        return own
    try:
        return TfidfEncoder(settings_of(encoder)).fit(captions)
    except ValueError as error:
        raise ConfigError("No caption of this dataset holds a word, so there is nothing to count.") from error


def own_tfidf(encoder: Encoder | None) -> TfidfEncoder | None:
    """Return the TF-IDF that a text encoder is or contains, or None."""
    parts = () if encoder is None else encoder.parts
    return next((part for part in parts if isinstance(part, TfidfEncoder)), None)


def settings_of(encoder: Encoder | None) -> TextSettings:
    """Return how captions are cleaned: the encoder's settings, or the defaults without one."""
    return TextSettings() if encoder is None else encoder.settings


def walk_tfidf(encoder: TfidfEncoder, caption: str, captions: int) -> TfidfWalk:
    """Return the caption's TF-IDF.

    captions: the number of captions that the encoder was fitted on.
    """
    counts = Counter(encoder.analysed(caption))
    weights = encoder.transform([caption]).toarray()[0]
    met = (1 + captions) / np.exp(np.asarray(encoder.idf_, np.float64) - 1) - 1  # solved for df
    columns = {text: encoder.vocabulary_[text] for text in counts if text in encoder.vocabulary_}
    terms = [
        Term(text, counts[text], round(met[column]), float(encoder.idf_[column]), float(weights[column]))
        for text, column in columns.items()
    ]
    return TfidfWalk(
        terms=tuple(sorted(terms, key=lambda term: -term.weight)),
        unknown=tuple(text for text in counts if text not in encoder.vocabulary_),
        captions=captions,
        vocabulary=len(encoder.vocabulary_),
        filled=float(met.mean() / captions),
    )


@dataclass(frozen=True)
class MeaningWalk:
    """How one caption becomes its word vector, v_i = Σ_j α_ij w_j + b: its pieces' mean vector, scaled to unit length.

    pieces: the tokeniser's pieces, with their vectors w. features: float32 (256,), zero for a caption without a word.
    words: the caption's words, or its first 200, the one with the longest vector first.
    """

    pieces: WordPieces
    features: np.ndarray
    words: tuple[str, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The pieces as the tokeniser writes them; ▁ is the space before a word."""
        return self.pieces.tokens

    @property
    def mean(self) -> np.ndarray:
        """The mean, before scaling to unit length, float64 (256,): α is 1 / pieces and b = 0."""
        return self.pieces.total / len(self.tokens)

    @property
    def lengths(self) -> np.ndarray:
        """The length of each piece's vector, (pieces,): longer vectors have more weight in the mean."""
        return np.asarray(np.linalg.norm(self.pieces.vectors, axis=1)[self.pieces.which])

    def numbers(self, dimension: int) -> np.ndarray:
        """Return one number of each piece's vector, float64 (pieces,)."""
        return np.asarray(self.pieces.vectors[self.pieces.which, dimension])


def walk_meaning(settings: TextSettings, caption: str) -> MeaningWalk:
    """Return the caption's word vector."""
    encoder = WordVectorEncoder(settings)
    cleaned = clean(caption, settings)
    found = list(dict.fromkeys(cleaned[word.start : word.end] for word in words(cleaned)))[:_MOST_WORDS]
    return MeaningWalk(
        pieces=encoder.cut(caption),
        features=encoder.transform([caption])[0],
        words=tuple(sorted(found, key=lambda word: -_length(encoder, word))),
    )


def _length(encoder: WordVectorEncoder, word: str) -> float:
    return float(np.linalg.norm(encoder.cut(word).total))


def alike(word: str, encoder: TfidfEncoder, count: int = 10) -> list[tuple[str, float]]:
    """Return the encoder's terms whose vectors are most similar to the word's, by cosine (−1…1), best first."""
    return nearest_words(word, [term for term in encoder.vocabulary_ if term != word], count)
