"""Captions by what frozen encoders make of them, and what tells those without a meaning."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmdemo.modalities.outliers import Side, side_of
from mmdemo.modalities.strange_captions import plain_captions, strange_captions
from mmdemo.preprocess.text import clean


def meanings_of(encoder: Any, captions: Sequence[str]) -> np.ndarray:
    """Return what the encoder makes of cleaned captions without having been trained on any: float32 (n, d)."""
    parts = [part.transform(captions) for part in encoder.parts if part.frozen]
    return np.hstack([np.asarray(part) for part in parts]) if parts else np.empty((len(captions), 0), np.float32)


class Sides:
    """What tells captions without a meaning from those of some others, and from plain words."""

    def __init__(self, encoder: Any) -> None:
        self._strange, self._plain = (
            meanings_of(encoder, [clean(caption, encoder.settings) for caption in captions])
            for captions in (strange_captions(), plain_captions(encoder.known_words()))
        )

    def of(self, meanings: np.ndarray) -> Side | None:
        """Return it for captions of these meanings, None where there are none."""
        return side_of(np.vstack([meanings, self._plain]), self._strange) if meanings.shape[1] else None
