"""Turn an image of any shape into a square: letterboxed, cropped or stretched."""

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np

from mmdemo.errors import ConfigError

ResizeMode = Literal["letterbox", "crop", "stretch"]


@dataclass(frozen=True)
class Square:
    """An image as the square that a network reads.

    pixels: uint8 (size, size, 3), RGB 0–255.
    box: x, y, width and height of the image inside the square: all of it unless letterboxed.

    >>> to_square(np.zeros((2, 4, 3), np.uint8), 8, "letterbox").box
    (0, 2, 8, 4)
    """

    pixels: np.ndarray
    box: tuple[int, int, int, int]


def to_square(pixels: np.ndarray, size: int, mode: ResizeMode) -> Square:
    """Return an image, uint8 (h, w, 3), as a square of size × size px.

    mode: "letterbox" keeps all of it and pads with white, "crop" keeps its central square,
        "stretch" keeps all of it but not its proportions.

    Raises ConfigError if the mode is not known or the size is below 1.
    """
    if mode not in get_args(ResizeMode):
        raise ConfigError(f"resize is {mode!r}; expected one of {', '.join(get_args(ResizeMode))}.")
    if size < 1:
        raise ConfigError(f"The size is {size} px; expected at least 1.")
    if mode == "letterbox":
        return _letterbox(pixels, size)
    if mode == "crop":
        pixels = _central_square(pixels)
    return Square(resize(pixels, size, size), (0, 0, size, size))


def resize(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return an image, uint8 (h, w, 3), at another width and height; unchanged if it already has them.

    Shrinks by area average and enlarges by bicubic interpolation, each side on its own:
    OpenCV's area average falls back to blocks where a side is enlarged.
    """
    shrunk = min(width, pixels.shape[1]), min(height, pixels.shape[0])
    if shrunk != pixels.shape[1::-1]:
        pixels = np.asarray(cv2.resize(pixels, shrunk, interpolation=cv2.INTER_AREA))
    if shrunk != (width, height):
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC))
    return pixels


def _letterbox(pixels: np.ndarray, size: int) -> Square:
    scale = size / max(pixels.shape[:2])
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    x, y = (size - width) // 2, (size - height) // 2
    square = np.full((size, size, 3), 255, np.uint8)
    square[y : y + height, x : x + width] = resize(pixels, width, height)
    return Square(square, (x, y, width, height))


def _central_square(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[:2]
    side = min(height, width)
    x, y = (width - side) // 2, (height - side) // 2
    return pixels[y : y + side, x : x + side]
