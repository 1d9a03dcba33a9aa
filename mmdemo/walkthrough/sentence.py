"""What the sentence network makes of a caption: the pieces that it reads, and the captions that mean most alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.sentence import SentenceEncoder
from mmdemo.preprocess.text import clean

_MOST_CAPTIONS = 500  # that a caption is compared with


@dataclass(frozen=True)
class SentenceWalk:
    """One caption as the network reads it.

    pieces: those that it reads; ## is before the rest of a word.
    nearest: the captions most alike and their cosines (−1…1), best first. compared: how many were looked at.
    """

    pieces: tuple[str, ...]
    nearest: tuple[tuple[str, float], ...]
    compared: int


def sentence_of(encoder: Encoder | None) -> SentenceEncoder | None:
    """Return the sentence network that a text encoder is or contains, or None."""
    parts = () if encoder is None else encoder.parts
    return next((part for part in parts if isinstance(part, SentenceEncoder)), None)


def walk_sentence(encoder: SentenceEncoder, caption: str, captions: Sequence[str], count: int = 8) -> SentenceWalk:
    """Return what the network makes of the caption, beside the first 500 different others."""
    own = clean(caption, encoder.settings)
    cleaned = {clean(other, encoder.settings): other for other in dict.fromkeys(captions[: 4 * _MOST_CAPTIONS])}
    others = [other for key, other in cleaned.items() if key not in ("", own)][:_MOST_CAPTIONS]
    rows = encoder.transform([caption, *others])
    lengths = np.linalg.norm(rows, axis=1)
    cosines = rows[1:] @ rows[0] / np.maximum(lengths[1:] * lengths[0], 1e-12)
    best = np.argsort(-cosines, kind="stable")[:count]
    nearest = tuple((others[i], float(cosines[i])) for i in best)
    return SentenceWalk(encoder.cut(caption), nearest, len(others))
