"""The blocks that a fused vector consists of: which columns each encoder fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder

TFIDF, VECTORS = "Words (TF-IDF)", "Words (vectors)"
_TITLES = {
    EfficientNetEncoder: "Picture (EfficientNet)",
    TrainedCNNEncoder: "Picture (trained CNN)",
    ArticleCNNEncoder: "Picture (article's CNN)",
    TfidfEncoder: TFIDF,
    WordVectorEncoder: VECTORS,
}


@dataclass(frozen=True)
class Columns:
    """The columns [start, stop) of a modality's features that one encoder fills, and what to call them."""

    modality: str
    title: str
    start: int
    stop: int


def columns_of(encoders: Mapping[str, Any]) -> tuple[Columns, ...]:
    """Return the blocks of fitted encoders modality → encoder, in the order of the fused vector."""
    found = []
    for modality, encoder in encoders.items():
        start = 0
        for part in encoder.encoders_ if isinstance(encoder, SideBySideEncoder) else [encoder]:
            stop = start + _width(part)
            found.append(Columns(modality, _TITLES.get(type(part), modality.capitalize()), start, stop))
            start = stop
    return tuple(found)


def _width(encoder: Any) -> int:
    return int(encoder.n_features_out) if hasattr(encoder, "n_features_out") else len(encoder.get_feature_names_out())
