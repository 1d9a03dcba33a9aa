"""Static word vectors: words of similar meaning get similar vectors, even words that no training caption holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.text import TextSettings, clean
from mmdemo.storage.reading import open_regular

DIMENSIONS = 256
_SHORT = 1_000  # characters; the vectors of longer captions are not remembered, as the captions would have to be


@lru_cache(maxsize=1)
def _word_llama() -> tuple[Any, np.ndarray]:
    # Only the files of the wheel are read: importing the package would also set up the root logger and requests, and
    # double the table to float32 (32 MB). The tokeniser's cache of 10,000 captions' pieces would be kept for ever.
    from tokenizers import Tokenizer

    folder = Path(str(find_spec("wordllama").submodule_search_locations[0]))  # type: ignore[union-attr,index]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.model._resize_cache(0)
    return tokenizer, _mapped_table(folder / "weights" / "l2_supercat_256.safetensors", "embedding.weight")


def _mapped_table(path: Path, name: str) -> np.ndarray:
    """Return a float16 array of a safetensors file, mapped: of 16 MB only the rows that are used come into memory.

    Source: https://huggingface.co/docs/safetensors, format: the header's length (8 bytes), the header (JSON), the data.
    """
    with open_regular(path) as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))[name]
        start = 8 + length + entry["data_offsets"][0]
        return np.memmap(file, np.dtype("<f2"), "r", start, tuple(entry["shape"]))


@dataclass(frozen=True)
class WordPieces:
    """The pieces into which the tokeniser cuts a caption.

    tokens: the pieces as the tokeniser writes them; ▁ is the space before a word.
    spans: int (n, 2), the characters [start, end) of the cleaned caption that each covers.
    vectors: float64 (m, 256), as in the table, one for each different piece. which: int (n,), each piece's vector.
    """

    tokens: tuple[str, ...]
    spans: np.ndarray
    vectors: np.ndarray
    which: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """The sum of the pieces' vectors, float64 (256,)."""
        return np.asarray(np.bincount(self.which, minlength=len(self.vectors)) @ self.vectors)


class WordVectorEncoder(TextEncoder):
    """WordLlama's 256-dimensional vectors: the mean over a cleaned caption's word pieces, scaled to unit length.

    settings: how captions are cleaned. A caption that cleans to nothing gets the zero vector.

    Source: WordLlama 0.4 (MIT), https://github.com/dleemiller/WordLlama, configuration `l2_supercat`, 256 dimensions.

    >>> WordVectorEncoder().transform(["a red car", ""]).shape
    (2, 256)
    """

    title = "Meanings of words"
    name = "Word vectors"
    summary = "Averages the meanings of the words: knows even words that no training caption holds."

    def transform(self, X: Sequence[str]) -> np.ndarray:
        """Return float32 (n, 256)."""
        rows = [(_remembered if len(caption) <= _SHORT else _mean_vector)(caption, self.settings) for caption in X]
        return np.asarray(rows, dtype=np.float32).reshape(-1, DIMENSIONS)

    def pieces(self, caption: str) -> Pieces:
        """Return one piece per word piece: its vector over the length of their sum."""
        cut = self.cut(caption)
        return Pieces(cut.spans, sparse.csr_matrix(cut.vectors / _length(cut.total)), cut.which)

    def cut(self, caption: str) -> WordPieces:
        """Return the word pieces of a caption, as written, with the vectors that are averaged."""
        tokenizer, table = _word_llama()
        cut = tokenizer.encode(clean(caption, self.settings), add_special_tokens=False)
        ids, which = np.unique(np.array(cut.ids, dtype=int), return_inverse=True)
        spans = np.array(cut.offsets, dtype=int).reshape(-1, 2)
        return WordPieces(tuple(cut.tokens), spans, table[ids].astype(np.float64), which)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name per dimension, (256,)."""
        return np.array([f"vector{i}" for i in range(DIMENSIONS)], dtype=object)


def forget() -> None:
    """Forget the captions that were looked at last."""
    _remembered.cache_clear()


@lru_cache(maxsize=4_096)  # every fold needs the same captions again; 1 KB each, beside the caption
def _remembered(caption: str, settings: TextSettings) -> np.ndarray:
    return _mean_vector(caption, settings)


def _length(vector: np.ndarray) -> float:
    return float(np.linalg.norm(vector)) or 1.0


def _mean_vector(caption: str, settings: TextSettings) -> np.ndarray:
    total = WordVectorEncoder(settings).cut(caption).total
    vector = (total / _length(total)).astype(np.float32)
    vector.flags.writeable = False  # it is shared
    return vector


def nearest_words(word: str, candidates: Sequence[str], count: int = 10) -> list[tuple[str, float]]:
    """Return the candidates most similar to the word by cosine of their vectors (−1…1), best first."""
    encoder = WordVectorEncoder()
    cosines = encoder.transform(candidates) @ encoder.transform([word])[0]
    best = np.argsort(-cosines, kind="stable")[:count]
    return [(candidates[i], float(cosines[i])) for i in best]
