"""TF-IDF: words, characters and n-grams, weighted by how distinctive they are."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Self

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Encoder, Fitter, OnProgress
from mmdemo.encoders.estimator import check_is_fitted
from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.preprocess.text import TextSettings, Token, clean, tokens

_SHORT = 300  # characters; the tokens of longer captions are not remembered,
_FEW = 4_000  # nor those that take more bytes
_NO_TOKEN = "empty vocabulary; no caption holds a word"
_TOKEN = 60  # bytes of a token, beside its letters


class TfidfEncoder(TextEncoder):
    """TF-IDF over the tokens of cleaned captions: `(1 + ln tf) · (1 + ln((1 + n) / (1 + df)))`, unit length.

    settings: how captions are cleaned and which n-grams count.
    Learnt: `vocabulary_`, token → column; `idf_`, float32 (d,), its weights.

    Source: scikit-learn user guide, "Tf-idf term weighting" (smooth_idf, sublinear_tf); the numbers are those of its
    TfidfVectorizer, which would take as long to import as an answer takes in all.

    >>> encoder = TfidfEncoder().fit(["a red car", "a blue car"])
    >>> encoder.transform(["a car"]).shape
    (1, 4)
    """

    title = "Words, counted"
    name = "TF-IDF"
    summary = "Counts words and gives rare ones more weight (TF-IDF): knows only words from the training captions."
    frozen = False

    def fit(self, X: Sequence[str], y: object = None) -> Self:
        """Learn the tokens of n captions and how telling each is; raise a ValueError where there is no token at all."""
        return self.fit_counts(Counter(chain.from_iterable(set(self.analysed(caption)) for caption in X)), len(X))

    def fit_counts(self, frequency: Mapping[str, int], count: int) -> Self:
        """Learn the same from counts: token → in how many of `count` captions it stands.

        >>> TfidfEncoder().fit_counts({"car": 2, "red": 1}, 2).get_feature_names_out().tolist()
        ['car', 'red']
        """
        if not frequency:
            raise ValueError(_NO_TOKEN)
        known = sorted(frequency)
        return self._knowing(known, _rareness(np.array([frequency[token] for token in known]), count))

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Return float32 (n, d), sparse, of n captions."""
        check_is_fitted(self)
        return self._weighted(self._counts(X))

    def fitter(self, X: Sequence[str], y: np.ndarray, on_progress: OnProgress) -> Fitter:
        """Return a function that fits on some of n captions and encodes all: they are cut into tokens once."""
        whole = self.unfitted().fit(X)
        counts, known = whole._counts(X), whole.get_feature_names_out()

        def fit(rows: np.ndarray) -> tuple[Encoder, sparse.csr_matrix]:
            frequency = np.bincount(counts[np.flatnonzero(rows)].indices, minlength=len(known))
            met = np.flatnonzero(frequency)
            if not len(met):
                raise ValueError(_NO_TOKEN)
            fitted = self.unfitted()._knowing(known[met].tolist(), _rareness(frequency[met], int(rows.sum())))
            return fitted, fitted._weighted(counts[:, met])

        return fit

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the tokens that are known, (d,) of str."""
        check_is_fitted(self)
        return np.array(sorted(self.vocabulary_, key=self.vocabulary_.__getitem__), dtype=object)

    def analysed(self, caption: str) -> tuple[str, ...]:
        """Return the tokens of a caption, as written, in order."""
        return (_remembered(caption, self.settings) if len(caption) <= _SHORT else None) or self._texts(caption)

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
        if not (np.abs(learnt["idf"]) < np.finfo(np.float32).max).all():
            raise ValueError("the weights of its words are not numbers")
        return self._knowing(tokens_, learnt["idf"])

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state of a copy; models of earlier versions hold that of scikit-learn's TfidfVectorizer."""
        if "_tfidf" in state:
            weights = np.asarray(state["_tfidf"].idf_, np.float32)
            state = {"settings": state["settings"], "vocabulary_": state["vocabulary_"], "idf_": weights}
        self.__dict__.update(state)

    def _knowing(self, tokens_: Sequence[str], idf: np.ndarray) -> Self:
        self.vocabulary_ = {token: i for i, token in enumerate(tokens_)}
        self.idf_ = idf.astype(np.float32)
        return self

    def _counts(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Return float32 (n, d): how often each known token stands in each caption."""
        columns, counts, ends = array("i"), array("f"), array("q", [0])
        for caption in X:
            found = self._counted(caption)
            columns.extend(found)
            counts.extend(found.values())
            ends.append(len(columns))
        return sparse.csr_matrix(
            (np.array(counts), np.array(columns), np.array(ends)), (len(X), len(self.vocabulary_))
        )

    def _counted(self, caption: str) -> dict[int, int]:
        """Return column → how often its token stands in a caption, of the tokens that are known, by column."""
        columns = map(self.vocabulary_.get, self.analysed(caption))
        return dict(sorted(Counter(column for column in columns if column is not None).items()))

    def _weighted(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        weights = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        return _of_unit_length(sparse.csr_matrix((weights, counts.indices, counts.indptr), counts.shape))

    def _texts(self, caption: str) -> tuple[str, ...]:
        return tuple(token.text for token in self._tokens(caption))

    def _tokens(self, caption: str) -> list[Token]:
        return tokens(clean(caption, self.settings), self.settings.ngrams)


def _rareness(frequency: np.ndarray, count: int) -> np.ndarray:
    """Return float32 (d,): `1 + ln((1 + n) / (1 + df))`, given in how many of n captions each token stands."""
    return np.asarray(np.log(np.float32(1 + count) / (1 + frequency.astype(np.float32))) + np.float32(1))


def _of_unit_length(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return float32 rows (n, d), each divided by its length; a row of zeros stays one."""
    which = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(which, np.square(rows.data, dtype=np.float64), minlength=rows.shape[0]))
    return sparse.csr_matrix(((rows.data / lengths[which]).astype(np.float32), rows.indices, rows.indptr), rows.shape)


def forget() -> None:
    """Forget the captions that were looked at last."""
    _remembered.cache_clear()


@lru_cache(maxsize=4_096)  # every fold needs the same captions again
def _remembered(caption: str, settings: TextSettings) -> tuple[str, ...] | None:
    """Return a short caption's tokens, or None where they are too large to be remembered."""
    found = TfidfEncoder(settings)._texts(caption)
    return found if sum(_TOKEN + len(token) for token in found) <= _FEW else None
