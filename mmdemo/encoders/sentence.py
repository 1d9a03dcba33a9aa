"""Sentences as points: a network reads a caption as a whole, so that a word means what it means beside the others."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.facts import Cost
from mmdemo.encoders.litert import LiteRTModel
from mmdemo.encoders.remembered import Remembered
from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.text import TextSettings, clean
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.shipped import shipped_models

DIMENSIONS = 384
MOST_PIECES = 128
"""Pieces of a caption that are read, with the marks of its beginning and its end."""
_MOST_CHARACTERS = 2_000  # that are cut into pieces: 126 pieces seldom have more
_MARKS, _UNKNOWN = 2, 100  # pieces of a caption without a word; the piece that stands for what is not known
_KEPT_BYTES = 8_000_000  # of captions and their features


@lru_cache(maxsize=1)
def _network() -> LiteRTModel:
    return LiteRTModel(shipped_models() / "encoders" / "all_minilm_l6_v2.tflite", num_threads=1)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(shipped_models() / "encoders" / "all_minilm_l6_v2.json"))
    tokenizer.enable_truncation(MOST_PIECES)
    return tokenizer


@lru_cache(maxsize=1)
def _remembered() -> Remembered:
    return Remembered(_KEPT_BYTES)


class SentenceEncoder(TextEncoder):
    """all-MiniLM-L6-v2: the mean of a cleaned caption's last states, scaled to unit length, 384 numbers.

    The vector of a caption with pieces that the network does not know, such as most Chinese characters, is shorter:
    its length is the share of the known less that of the unknown, at least 0.
    settings: how captions are cleaned. A caption that cleans to nothing gets the zero vector. Of a long one, the first
    128 pieces are read.
    cache: where the features of captions are kept on disk, or None.

    Source: Reimers and Gurevych (2019), "Sentence-BERT"; Wang et al. (2020), "MiniLM"; weights under Apache-2.0, see
    models/README.md.

    >>> SentenceEncoder().transform(["a red car", ""]).shape
    (2, 384)
    """

    title = "Meanings of captions"
    name = "all-MiniLM-L6-v2"
    summary = "A network trained on a billion pairs of sentences reads each caption as a whole (all-MiniLM-L6-v2)."
    additive = False

    def __init__(self, settings: TextSettings = TextSettings(), cache: FeatureCache | None = None) -> None:
        super().__init__(settings)
        self.cache = cache

    @property
    def cost(self) -> Cost:
        """What it adds to a training run; its memory is given back before the regressions take theirs."""
        return Cost(seconds_a_row=0.0005)

    def transform(self, X: Sequence[str]) -> np.ndarray:
        """Return float32 (n, 384)."""
        cleaned = [clean(caption, self.settings)[:_MOST_CHARACTERS] for caption in X]
        if not cleaned:
            return np.empty((0, DIMENSIONS), np.float32)
        return _remembered().rows(cleaned, lambda places: self._kept([cleaned[place] for place in places]))

    def pieces(self, caption: str) -> Pieces:
        """Return the whole caption as one piece, as its features are no sum over its words; none without a word."""
        cleaned = clean(caption, self.settings)
        rows = sparse.csr_matrix(self.transform([caption][: len(cleaned)]).astype(np.float64))
        return Pieces(np.array([[0, len(cleaned)]][: len(cleaned)], int).reshape(-1, 2), rows)

    def cut(self, caption: str) -> tuple[str, ...]:
        """Return the pieces of a caption, as written, that the network reads; ## is before the rest of a word."""
        return tuple(_tokenizer().encode(clean(caption, self.settings)[:_MOST_CHARACTERS]).tokens[1:-1])

    def known_words(self) -> Sequence[str]:
        """Return the longer words that its vocabulary holds whole, in alphabetical order."""
        return sorted(word for word in _tokenizer().get_vocab() if word.isascii() and word.isalpha() and len(word) > 4)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name per dimension, (384,)."""
        return np.array([f"sentence{i}" for i in range(DIMENSIONS)], dtype=object)

    def rest(self) -> None:
        """Give the interpreter's memory back."""
        _network().rest()

    def _kept(self, cleaned: Sequence[str]) -> np.ndarray:
        if self.cache is None:
            return _encode(cleaned)
        encoding = f"sentence, known less unknown, {MOST_PIECES} pieces {_network().sha256}"
        keys = [f"{encoding} {caption}" for caption in cleaned]
        return self.cache.rows(keys, DIMENSIONS, lambda places: _encode([cleaned[place] for place in places]))


def forget() -> None:
    """Forget the captions that were looked at last."""
    _remembered().clear()


def _encode(cleaned: Sequence[str]) -> np.ndarray:
    """Return float32 (n, 384) of cleaned captions."""
    rows = np.zeros((len(cleaned), DIMENSIONS), np.float32)
    pieces = [np.array(_tokenizer().encode(caption).ids if caption else [], np.int32) for caption in cleaned]
    for places in _batches([len(one) for one in pieces]):
        together = np.array([pieces[place] for place in places])
        mean = _network().run_together(together).mean(axis=1)
        unknown = (together[:, 1:-1] == _UNKNOWN).mean(axis=1, keepdims=True, dtype=np.float32)
        rows[places] = np.maximum(1 - 2 * unknown, 0) * mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return rows


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of captions with equally many pieces, as many as are read together; none without a piece.

    >>> list(_batches([5, 0, 4, 5]))
    [[2], [0, 3]]
    """
    for length in sorted({length for length in lengths if length > _MARKS}):
        places = [place for place, other in enumerate(lengths) if other == length]
        most = max(MOST_PIECES // length, 1)
        yield from (places[start : start + most] for start in range(0, len(places), most))
