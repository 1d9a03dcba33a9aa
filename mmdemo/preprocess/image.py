"""Prepare a decoded image for an encoder: rotate, flip, recolour, then make it a square."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np

from mmdemo.errors import ConfigError
from mmdemo.preprocess import operations
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.opened_image import DecodedImage
from mmdemo.preprocess.square import ResizeMode, Square, to_square

__all__ = [
    "DecodedImage",
    "FlipMode",
    "ImageSettings",
    "ResizeMode",
    "Square",
    "Step",
    "adjust",
    "decode",
    "prepare",
    "steps",
    "to_square",
]

FlipMode = Literal["none", "horizontal", "vertical"]

_DONE = {
    "letterbox": "Made square by white edges (letterboxed)",
    "crop": "Cut to its central square",
    "stretch": "Stretched to a square",
}


@dataclass(frozen=True)
class ImageSettings:
    """How every image is prepared for an encoder, in this order, the resize last.

    rotate: degrees anticlockwise, −180 to 180; the canvas grows to hold the whole image, its corners white.
    flip: "horizontal" exchanges left and right, "vertical" top and bottom.
    grey: whether to take the colours away.
    brightness: −1 to 1, the fraction of 255 added. contrast: 0 to 3, the factor about mid grey (127.5).
    resize: how it becomes square: padded with white, cut to its centre, or stretched.

    >>> ImageSettings(rotate=90, flip="horizontal").resize
    'letterbox'
    """

    resize: ResizeMode = "letterbox"
    rotate: float = 0.0
    flip: FlipMode = "none"
    grey: bool = False
    brightness: float = 0.0
    contrast: float = 1.0

    def __post_init__(self) -> None:
        """Raise a ConfigError where a setting is not as described above."""
        _check_choice("resize", self.resize, get_args(ResizeMode))
        _check_choice("flip", self.flip, get_args(FlipMode))
        _check_choice("grey", self.grey, (False, True))
        _check_range("rotate", self.rotate, -180, 180)
        _check_range("brightness", self.brightness, -1, 1)
        _check_range("contrast", self.contrast, 0, 3)


@dataclass(frozen=True)
class Step:
    """One stage of the preparation: its name, for a person, and the image after it, uint8 (h, w, 3)."""

    name: str
    pixels: np.ndarray


def adjust(pixels: np.ndarray, settings: ImageSettings) -> np.ndarray:
    """Return an image, uint8 (h, w, 3), after all of the settings but the resize; unchanged if they do nothing."""
    for _, operation in _operations(settings):
        pixels = operation(pixels)
    return pixels


def prepare(pixels: np.ndarray, settings: ImageSettings, size: int) -> Square:
    """Return an image, uint8 (h, w, 3), adjusted, as a square of size × size px."""
    return to_square(adjust(pixels, settings), size, settings.resize)


def steps(pixels: np.ndarray, settings: ImageSettings, size: int) -> tuple[Step, ...]:
    """Return the stages of `prepare`, from the decoded image to the square; only those that do something."""
    stages = [Step("As in the file", pixels)]
    for name, operation in _operations(settings):
        stages.append(Step(name, operation(stages[-1].pixels)))
    square = to_square(stages[-1].pixels, size, settings.resize)
    return *stages, Step(_DONE[settings.resize], square.pixels)


def _operations(settings: ImageSettings) -> list[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    found: list[tuple[str, Callable[[np.ndarray], np.ndarray]]] = []
    if settings.rotate:
        way = "anticlockwise" if settings.rotate > 0 else "clockwise"
        found.append((f"Rotated {abs(settings.rotate):g}° {way}", partial(operations.rotate, degrees=settings.rotate)))
    if settings.flip == "horizontal":
        found.append(("Mirrored left to right", operations.flip_horizontal))
    if settings.flip == "vertical":
        found.append(("Mirrored top to bottom", operations.flip_vertical))
    if settings.grey:
        found.append(("Colours taken away", operations.grey))
    if settings.brightness or settings.contrast != 1:
        name = _toned(settings.brightness, settings.contrast)
        found.append((name, partial(operations.tone, brightness=settings.brightness, contrast=settings.contrast)))
    return found


def _toned(brightness: float, contrast: float) -> str:
    """Return what was done to the tones, such as "30% darker, contrast 150%"."""
    light = f"{abs(brightness):.0%} {'brighter' if brightness > 0 else 'darker'}" if brightness else ""
    said = ", ".join(filter(None, (light, f"contrast {contrast:.0%}" if contrast != 1 else "")))
    return said[0].upper() + said[1:]


def _check_choice(name: str, value: object, known: tuple[object, ...]) -> None:
    if not isinstance(value, type(known[0])) or value not in known:
        raise ConfigError(f"{name} is {value!r}; expected one of {', '.join(map(str, known))}.")


def _check_range(name: str, value: object, least: float, most: float) -> None:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not math.isfinite(value) or not least <= value <= most:  # type: ignore[arg-type, operator]
        raise ConfigError(f"{name} is {value!r}; expected a number from {least} to {most}.")
