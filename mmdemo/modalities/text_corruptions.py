"""Deliberate damage to a caption."""

import re
from collections.abc import Callable

import numpy as np

from mmdemo.modalities.corruption import Corruption
from mmdemo.preprocess.text import words


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


CORRUPTIONS = {
    "word drop": Corruption("Words left out", "Words left out (%)", (0, 25, 50, 75, 100), drop_words),
    "typos": Corruption("Typing errors", "Words with a typing error (%)", (0, 25, 50, 75, 100), add_typos),
}
"""Name → damage to one caption; a new kind is a function and a line here."""


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
