"""Six pairs to try a model on, drawn by code."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.datasets.drawings.nature import fir, goldfish
from mmdemo.datasets.drawings.roadside import car
from mmdemo.datasets.drawings.shading import render
from mmdemo.datasets.drawings.still_life import apple, orange, shirt

SIZE = 320  # pixels, both ways

# Two captions are ambiguous (round and red; a jaguar, the animal or the car), so that the image decides. Two images are
# hard for a network that was trained on photographs (stripes look like a sign, a bare fir like many things), so that
# the caption decides. The other two agree.
_PAIRS = (
    ("Apple", apple, "round and red"),
    ("Car", car, "a jaguar on the road"),
    ("T-shirt", shirt, "a T-shirt to wear"),
    ("Fir", fir, "a Christmas tree"),
    ("Goldfish", goldfish, "a goldfish"),
    ("Orange", orange, "a juicy orange"),
)


@dataclass(frozen=True)
class ExamplePair:
    """An image, RGB `uint8 (h, w, 3)`, its caption, and a name for the two."""

    name: str
    image: np.ndarray
    caption: str

    @property
    def values(self) -> dict[str, Any]:
        """The pair as a model takes it, modality → value."""
        return {"image": self.image, "text": self.caption}


def example_pairs() -> tuple[ExamplePair, ...]:
    """Return the six pairs, the same each time.

    >>> [pair.name for pair in example_pairs()]
    ['Apple', 'Car', 'T-shirt', 'Fir', 'Goldfish', 'Orange']
    """
    return tuple(ExamplePair(name, render(draw(), SIZE), caption) for name, draw, caption in _PAIRS)
