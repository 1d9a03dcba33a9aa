"""Deliberate damage to an image or a caption, to see how much a model tolerates."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from mmdemo.preprocess.text import words

_GREY = 127
_LONGEST = 448  # pixels; twice what the largest network reads, so that shrinking first changes almost nothing


@dataclass(frozen=True)
class Corruption:
    """One kind of damage to one modality.

    title: for a person. modality: the damaged one. axis: the meaning of the levels, with its unit.
    levels: from none (0) to the worst. apply: function of (value, level, random generator) to the damaged value.
    """

    title: str
    modality: str
    axis: str
    levels: tuple[float, ...]
    apply: Callable[[Any, float, np.random.Generator], Any]


def shrink(pixels: np.ndarray) -> np.ndarray:
    """Return an image, uint8 (h, w, 3), whose longer side has at most 448 px, so that damaging it is fast."""
    factor = _LONGEST / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    size = [max(1, round(side * factor)) for side in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def blur(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), under a Gaussian blur; level: its deviation in % of the longer side.

    >>> blur(np.eye(3, dtype=np.uint8)[..., None].repeat(3, 2) * 255, 0, np.random.default_rng(0))[0, 0].tolist()
    [255, 255, 255]
    """
    if level == 0:
        return pixels
    sigma = level / 100 * max(pixels.shape[:2])
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def noise(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), with Gaussian noise; level: its deviation in % of the full range."""
    spread = 255 * level / 100
    noisy = pixels + spread * rng.standard_normal(pixels.shape, dtype=np.float32)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def occlude(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), with a grey rectangle of its shape somewhere; level: % of its area."""
    height, width = pixels.shape[:2]
    tall, wide = (round(side * (level / 100) ** 0.5) for side in (height, width))
    top, left = (int(rng.random() * (side - cover + 1)) for side, cover in ((height, tall), (width, wide)))
    covered = pixels.copy()
    covered[top : top + tall, left : left + wide] = _GREY
    return covered


def drop_words(caption: str, level: float, rng: np.random.Generator) -> str:
    """Return the caption without some of its words; level: each word's chance of removal, in %.

    >>> drop_words("a red car", 100, np.random.default_rng(0)), drop_words("a red car", 0, np.random.default_rng(0))
    ('', 'a red car')
    """
    return _rewrite(caption, lambda word: "" if 100 * rng.random() < level else word)


def add_typos(caption: str, level: float, rng: np.random.Generator) -> str:
    """Return the caption with a typing error in some of its words; level: each word's chance of an error, in %.

    An error swaps two neighbouring letters, drops one, or replaces one.
    """
    return _rewrite(caption, lambda word: _mistyped(word, rng) if 100 * rng.random() < level else word)


def exchanged(labels: Sequence[str], level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the row whose value each row (n,) gets when some swap with a row of another label; level: chance in %.

    >>> exchanged(["cat", "dog"], 100, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    given, rows = np.array(labels), np.arange(len(labels))
    for row in np.flatnonzero(100 * rng.random(len(labels)) < level):
        others = np.flatnonzero(given != given[row])
        rows[row] = rng.choice(others)
    return rows


CORRUPTIONS = {
    "blur": Corruption("Blurred images", "image", "Blur (% of the longer side)", (0, 1, 2, 4, 8), blur),
    "noise": Corruption("Noisy images", "image", "Noise (% of the full range)", (0, 5, 10, 20, 40), noise),
    "occlusion": Corruption("Covered images", "image", "Covered (% of the area)", (0, 10, 25, 50, 75), occlude),
    "word drop": Corruption("Words left out", "text", "Words left out (%)", (0, 25, 50, 75, 100), drop_words),
    "typos": Corruption("Typing errors", "text", "Words with a typing error (%)", (0, 25, 50, 75, 100), add_typos),
}
"""Name → damage to one value; a new kind is a function and a line here."""


def _rewrite(caption: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for word in words(caption):
        parts += [caption[end : word.start], change(word.text)]
        end = word.end
    return re.sub(r"\s+", " ", "".join([*parts, caption[end:]])).strip()


def _mistyped(word: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(len(word)))
    kind = rng.integers(3) if len(word) > 1 else 2
    if kind == 0:
        place = min(place, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + _other_letter(word[place], rng) + word[place + 1 :]


def _other_letter(letter: str, rng: np.random.Generator) -> str:
    """Return another letter: from the alphabet, or for other scripts, one near it in Unicode."""
    if letter.isascii():
        alphabet = [other for other in "abcdefghijklmnopqrstuvwxyz" if other != letter.lower()]
        return alphabet[int(rng.integers(len(alphabet)))]
    near = [chr(code) for code in range(ord(letter) - 8, ord(letter) + 9) if code != ord(letter)]
    near = [other for other in near if other.isalpha()]
    return near[int(rng.integers(len(near)))] if near else "x"
