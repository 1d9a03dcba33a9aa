"""What pairs are recognised by in other data: digests of what they hold."""

import hashlib
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mmdemo.datasets.base import values_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig


def row_digests(frame: pd.DataFrame, config: ModelConfig) -> np.ndarray:
    """Return digests of what the pairs hold, str (n,), by which they are recognised in other data.

    Raises an ImageError for a file that cannot be read.
    """
    parts = [
        ["" if value is None else MODALITIES[name].digest(value) for value in values_of(frame, name)]
        for name in recognised_by(frame.columns, config)
    ]
    return np.array([row_digest(row) for row in zip(*parts, strict=True)])


def recognised_by(columns: Collection[str], config: ModelConfig) -> list[str]:
    """Return the modalities whose values tell which pair it is, of those that the data has.

    One whose values tell pairs apart by themselves is enough, as images do; captions repeat often, and equal captions
    with different images are different pairs.
    """
    held = [name for name in MODALITIES if name in columns]
    return [name for name in held if name in config.encoders and MODALITIES[name].distinct] or held


def row_digest(digests: Sequence[str]) -> str:
    """Return the digest of a pair, 32 hex digits, from those of its values, "" for one that is missing.

    digests: of the modalities of `recognised_by`, in that order.
    """
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()[:32]
