"""Deliberate damage to a value, to see how much a model tolerates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Corruption:
    """One kind of damage to a modality's values.

    title: for a person. axis: the meaning of the levels, with its unit. levels: from none (0) to the worst.
    apply: function of (value, level, random generator) to the damaged value.
    """

    title: str
    axis: str
    levels: tuple[float, ...]
    apply: Callable[[Any, float, np.random.Generator], Any]
