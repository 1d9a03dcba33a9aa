"""Text encoders side by side, and a combination of two that works well."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.estimator import check_is_fitted
from mmdemo.encoders.facts import Cost
from mmdemo.encoders.text_encoder import Pieces, TextEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder


class SideBySideEncoder(TextEncoder):
    """The features of several text encoders, one after the other; a subclass names them.

    combined: name → class of an encoder. settings: how all of them clean captions.
    """

    combined: ClassVar[dict[str, type[TextEncoder]]]
    frozen = False

    def __init_subclass__(cls) -> None:
        """Derive whether the features are sums over words: only where those of every part are."""
        cls.additive = all(encoder.additive for encoder in getattr(cls, "combined", {}).values())

    @classmethod
    def part_types(cls) -> tuple[type[Encoder], ...]:
        """Return this class and those that it combines."""
        return cls, *(part for combined in cls.combined.values() for part in combined.part_types())

    @property
    def parts(self) -> Sequence[TextEncoder]:
        """The encoders, in the order of their features; fitted if this one is."""
        return list((self.fitted_ if hasattr(self, "fitted_") else self._unfitted()).values())

    @property
    def cost(self) -> Cost:
        """What all of them add to a training run."""
        return sum((encoder.cost for encoder in self.parts), Cost())

    def fit(self, X: Sequence[str], y: object = None) -> Self:
        """Fit each encoder."""
        self.fitted_ = {name: encoder.fit(X, y) for name, encoder in self._unfitted().items()}
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Return float32 (n, d), sparse, with the encoders' features side by side."""
        check_is_fitted(self)
        return sparse.csr_matrix(sparse.hstack([encoder.transform(X) for encoder in self.parts]))

    def rest(self) -> None:
        """Let each encoder give back memory."""
        for encoder in self.parts:
            encoder.rest()

    def pieces(self, caption: str) -> Pieces:
        """Return the pieces of every encoder, each in its own columns."""
        check_is_fitted(self)
        pieces = [encoder.pieces(caption) for encoder in self.parts]
        first = np.cumsum([0, *(piece.rows.shape[0] for piece in pieces)])  # row of each encoder
        return Pieces(
            np.concatenate([piece.spans for piece in pieces]),
            sparse.block_diag([piece.rows for piece in pieces], format="csr"),
            np.concatenate([piece.places + start for piece, start in zip(pieces, first, strict=False)]),
        )

    def known_words(self) -> Sequence[str]:
        """Return the words that any of the encoders knows."""
        return [word for encoder in self.parts for word in encoder.known_words()]

    def of_parts(self, parts: Sequence[Any]) -> Self:
        """Return this encoder with its parts fitted already, in the order of `parts`."""
        whole = self.unfitted()
        whole.fitted_ = dict(zip(self.combined, parts, strict=True))
        return whole

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the encoders' names, one after the other, each prefixed with its encoder's name: (d,) of str."""
        check_is_fitted(self)
        names = [[f"{name}__{one}" for one in part.get_feature_names_out()] for name, part in self.fitted_.items()]
        return np.array([one for part in names for one in part], dtype=object)

    def learnt(self) -> dict[str, np.ndarray]:
        """Return what each encoder has learnt, its name before each array's."""
        check_is_fitted(self)
        return {f"{name}.{key}": value for name, part in self.fitted_.items() for key, value in part.learnt().items()}

    def restore(self, learnt: Mapping[str, np.ndarray]) -> Self:
        """Let each encoder take over its part."""
        parts = self._unfitted()
        for name, part in parts.items():
            start = f"{name}."
            part.restore({key.removeprefix(start): value for key, value in learnt.items() if key.startswith(start)})
        self.fitted_ = parts
        return self

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state of a copy; models of earlier versions hold scikit-learn's FeatureUnion."""
        state = dict(state)
        if "union_" in state:
            state["fitted_"] = dict(state.pop("union_").transformer_list)
        self.__dict__.update(state)

    def _unfitted(self) -> dict[str, TextEncoder]:
        return {name: encoder(self.settings) for name, encoder in self.combined.items()}


class TfidfWordVectorEncoder(SideBySideEncoder):
    """TF-IDF and the word vectors side by side.

    >>> TfidfWordVectorEncoder().fit(["a red car", "a blue car"]).transform(["a car"]).shape
    (1, 260)
    """

    title = "Words and their meanings"
    name = "TF-IDF and word vectors"
    summary = "Counts distinctive words and looks up their meanings, without the larger network."
    combined: ClassVar = {"tfidf": TfidfEncoder, "word_vectors": WordVectorEncoder}
