"""Colours that go together. Every kind of drawing uses all of them, so a colour does not reveal the kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mmdemo.datasets.drawings.canvas import Colour

Thing = TypeVar("Thing")

INK: Colour = (38, 42, 66)
WHITE: Colour = (255, 255, 255)
CREAM: Colour = (255, 246, 224)
BLUSH: Colour = (247, 163, 160)
STEEL: Colour = (138, 150, 168)


@dataclass(frozen=True)
class Palette:
    """Four colours of one object."""

    main: Colour
    dark: Colour
    light: Colour
    accent: Colour


PALETTES = (
    Palette((232, 93, 78), (165, 50, 52), (255, 176, 150), (255, 210, 98)),
    Palette((34, 150, 145), (14, 92, 98), (132, 216, 202), (255, 180, 84)),
    Palette((84, 96, 190), (46, 53, 122), (164, 174, 236), (255, 140, 128)),
    Palette((146, 72, 146), (92, 38, 98), (216, 158, 212), (255, 210, 84)),
    Palette((230, 162, 46), (164, 104, 22), (255, 216, 130), (74, 110, 190)),
    Palette((78, 150, 86), (38, 94, 58), (166, 212, 146), (255, 164, 120)),
    Palette((98, 114, 136), (52, 64, 86), (176, 190, 208), (255, 132, 98)),
    Palette((162, 104, 68), (104, 60, 40), (218, 172, 128), (112, 196, 190)),
    Palette((60, 140, 206), (26, 86, 148), (152, 208, 246), (255, 200, 92)),
    Palette((214, 92, 138), (146, 46, 92), (250, 172, 202), (104, 196, 176)),
)

# The two tones of a background: pale, so that every palette stands out.
GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((214, 234, 246), (188, 218, 238)),
    ((255, 238, 208), (252, 222, 174)),
    ((222, 240, 218), (196, 226, 194)),
    ((246, 222, 226), (238, 198, 206)),
    ((230, 224, 244), (210, 202, 234)),
    ((210, 238, 234), (178, 222, 218)),
    ((238, 236, 230), (220, 216, 206)),
    ((255, 228, 214), (250, 206, 186)),
    ((244, 242, 200), (232, 228, 166)),
    ((58, 70, 112), (74, 88, 134)),
    ((40, 84, 98), (52, 102, 116)),
)


def pick(rng: np.random.Generator, things: Sequence[Thing]) -> Thing:
    """Return one of the things, each equally likely."""
    return things[int(rng.integers(len(things)))]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
