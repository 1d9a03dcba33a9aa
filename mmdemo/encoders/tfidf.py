"""TF-IDF: words, characters and n-grams, weighted by how distinctive they are."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from mmdemo.encoders.encoder import Encoder, Fitter, OnProgress
from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.text import TextSettings, Token, clean, tokens

_SHORT = 300  # characters; the tokens of longer captions are not remembered,
_FEW = 4_000  # nor those that take more bytes
_TOKEN = 60  # bytes of a token, beside its letters


class TfidfEncoder(TfidfVectorizer, TextEncoder):
    """TF-IDF over the tokens of cleaned captions: `(1 + ln tf) · (1 + ln((1 + n) / (1 + df)))`, unit length.

    settings: how captions are cleaned and which n-grams count.

    Source: scikit-learn user guide, "Tf-idf term weighting" (smooth_idf, sublinear_tf).

    >>> encoder = TfidfEncoder().fit(["a red car", "a blue car"])
    >>> encoder.transform(["a car"]).shape
    (1, 4)
    """

    title = "Words, counted"
    name = "TF-IDF"
    summary = "Counts words and gives rare ones more weight (TF-IDF): knows only words from the training captions."
    frozen = False

    def __init__(self, settings: TextSettings = TextSettings()) -> None:
        self.settings = settings
        TfidfVectorizer.__init__(self, sublinear_tf=True, dtype=np.float32)

    def build_analyzer(self) -> Callable[[str], tuple[str, ...]]:
        """Return the function from a caption, as written, to its tokens."""
        return lambda caption: (
            (_remembered(caption, self.settings) if len(caption) <= _SHORT else None) or self._texts(caption)
        )

    def transform(self, raw_documents: Sequence[str]) -> sparse.csr_matrix:
        """Return float32 (n, d), sparse, of n captions."""
        check_is_fitted(self)
        if len(raw_documents):
            return TfidfVectorizer.transform(self, raw_documents)
        return sparse.csr_matrix((0, len(self.vocabulary_)), dtype=np.float32)

    def fitter(self, X: Sequence[str], y: np.ndarray, on_progress: OnProgress) -> Fitter:
        """Return a function that fits on some of n captions and encodes all: their tokens are counted once."""
        counter = CountVectorizer(analyzer=self.build_analyzer(), dtype=np.float32)
        counts, known = counter.fit_transform(X).tocsc(), counter.get_feature_names_out()

        def fit(rows: np.ndarray) -> tuple[Encoder, sparse.csr_matrix]:
            met = np.flatnonzero(counts[np.flatnonzero(rows)].getnnz(axis=0))
            kept = counts[:, met].tocsr()
            weighting = TfidfTransformer(sublinear_tf=True).fit(kept[np.flatnonzero(rows)])
            fitted = clone(self)._knowing(known[met].tolist(), weighting.idf_)
            return fitted, sparse.csr_matrix(weighting.transform(kept))

        return fit

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the tokens that are known, (d,) of str."""
        return np.asarray(TfidfVectorizer.get_feature_names_out(self))

    def pieces(self, caption: str) -> Pieces:
        """Return one piece per occurrence of a known token; the occurrences share the token's weight."""
        check_is_fitted(self)
        known = [token for token in self._tokens(caption) if token.text in self.vocabulary_]
        met = np.array([self.vocabulary_[token.text] for token in known], dtype=int)
        columns, which, counts = np.unique(met, return_inverse=True, return_counts=True)
        weights = (1 + np.log(counts)) * self.idf_[columns]
        shares = weights / (np.linalg.norm(weights) or 1.0) / counts
        rows = sparse.csr_matrix((shares, columns, np.arange(len(columns) + 1)), (len(columns), len(self.idf_)))
        return Pieces(np.array([(token.start, token.end) for token in known], dtype=int).reshape(-1, 2), rows, which)

    def learnt(self) -> dict[str, np.ndarray]:
        """Return the vocabulary, uint8 (its UTF-8 bytes, a token a line), and every token's weight, float64 (d,)."""
        check_is_fitted(self)
        lines = "\n".join(self.get_feature_names_out()).encode("utf-8", "surrogatepass")
        return {"vocabulary": np.frombuffer(lines, np.uint8), "idf": np.asarray(self.idf_, np.float64)}

    def restore(self, learnt: Mapping[str, np.ndarray]) -> Self:
        """Take over a vocabulary and its weights; raises a ValueError where they do not fit together."""
        tokens_ = learnt["vocabulary"].astype(np.uint8).tobytes().decode("utf-8", "surrogatepass").split("\n")
        if tokens_ != sorted(set(tokens_)) or learnt["idf"].shape != (len(tokens_),):
            raise ValueError("a vocabulary and its weights do not fit together")
        return self._knowing(tokens_, learnt["idf"])

    def _knowing(self, tokens_: list[str], idf: np.ndarray) -> Self:
        self.vocabulary_, self.fixed_vocabulary_ = {token: i for i, token in enumerate(tokens_)}, False
        self.idf_ = idf.astype(self.dtype)
        return self

    def _texts(self, caption: str) -> tuple[str, ...]:
        return tuple(token.text for token in self._tokens(caption))

    def _tokens(self, caption: str) -> list[Token]:
        return tokens(clean(caption, self.settings), self.settings.ngrams)


def forget() -> None:
    """Forget the captions that were looked at last."""
    _remembered.cache_clear()


@lru_cache(maxsize=4_096)  # every fold needs the same captions again
def _remembered(caption: str, settings: TextSettings) -> tuple[str, ...] | None:
    """Return a short caption's tokens, or None where they are too large to be remembered."""
    found = TfidfEncoder(settings)._texts(caption)
    return found if sum(_TOKEN + len(token) for token in found) <= _FEW else None
