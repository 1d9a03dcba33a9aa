"""Pairs of numbers drawn at random: there are always fresh ones, to see what a model is really worth."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES

NAMES = ("first", "second")
CLASSES = 3
SHARED = 0.7
"""Of the noise's variance: how much a group has in common."""
_OTHER_SIGNAL = 0.9
_WIDTH = 4


@dataclass(frozen=True)
class Design:
    """How pairs are drawn.

    pairs, groups: how many, in groups of nearly the same size. signal: how far the classes lie apart in the first
    modality. even: whether classes have the same number of groups; otherwise each group's class is drawn by itself.
    """

    pairs: int
    groups: int
    signal: float
    even: bool = True

    @property
    def title(self) -> str:
        """Return what tells it from the others, for a table."""
        return f"{self.groups}" if self.even else f"{self.groups}, uneven"


def drawn(design: Design, rng: np.random.Generator) -> Dataset:
    """Return a dataset of this design; the pairs of a group share their label and much of their noise."""
    group = np.arange(design.pairs) % design.groups
    classes = np.arange(design.groups) % CLASSES if design.even else rng.integers(CLASSES, size=design.groups)
    codes = classes[group]
    frame = pd.DataFrame({name: list(rows) for name, rows in values(rng, codes, group, design.signal).items()})
    frame = frame.assign(label=[f"class {code}" for code in codes], group=[f"group {one}" for one in group])
    return Dataset(frame.rename(index=lambda i: f"row {i}"), "drawn", source="Drawn.", licence="CC0-1.0")


def values(rng: np.random.Generator, codes: np.ndarray, group: np.ndarray, signal: float) -> dict[str, np.ndarray]:
    """Return modality → (n, d): a class's own corner, noise of its own, and noise that a group shares."""
    found = {}
    for name, strength in zip(NAMES, (signal, _OTHER_SIGNAL), strict=True):
        own, shared = rng.normal(size=(len(codes), _WIDTH)), rng.normal(size=(group.max() + 1, _WIDTH))[group]
        noise = np.sqrt(1 - SHARED) * own + np.sqrt(SHARED) * shared
        found[name] = strength * np.eye(CLASSES, _WIDTH)[codes] * np.sqrt(2) + noise
    return found


@contextmanager
def numbers_only() -> Iterator[None]:
    """Register two modalities of numbers in place of all others."""
    before = dict(MODALITIES)
    MODALITIES.clear()
    for name in NAMES:
        MODALITIES[name] = Modality(name, f"{name} value", {"numbers": NumbersEncoder}, "numbers")
    try:
        yield
    finally:
        MODALITIES.clear()
        MODALITIES.update(before)


class NumbersEncoder(Encoder):
    """Take a row of numbers as it is."""

    title, name, summary = "Numbers", "Numbers", "Takes numbers as they are."

    def __init__(self, settings: Any = None) -> None:
        self.settings = settings

    def transform(self, X: Sequence[np.ndarray]) -> np.ndarray:
        """Return float32 (n, d)."""
        return np.stack(X).astype(np.float32)

    def examine(self, value: np.ndarray) -> Evidence:
        """Explain nothing."""
        raise NotImplementedError

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name a number."""
        return np.array([f"x{i}" for i in range(_WIDTH)], dtype=object)
