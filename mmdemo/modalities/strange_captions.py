"""Captions without meaning: invented words, article numbers, what a hand on a keyboard writes; and plain ones."""

from collections.abc import Sequence

import numpy as np

_MANY, _PLAIN = 300, 200
_SEED = 1_000
_BEGIN = (
    "b", "bl", "br", "c", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "kl", "l", "m",
    "n", "p", "pl", "pr", "qu", "r", "s", "sk", "sl", "sn", "sp", "st", "t", "tr", "thr", "v", "w", "z",
)  # fmt: skip
_VOWELS = (
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "oo", "ee", "ai", "ou", "ea", "y",
)  # fmt: skip
_END = (
    "", "b", "ck", "d", "f", "g", "k", "l", "ll", "m", "n", "nd", "ng", "p", "r", "rk", "rt", "sh", "sk", "st",
    "t", "tch", "x", "zz",
)  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = list("ABCDEFGHJKLMNPQRSTUVWXYZ")
_PHRASES = ("{}", "{}", "a {}", "the {}", "{} {}", "a {} and {}")


def strange_captions() -> list[str]:
    """Return as many captions as are enough to tell others like them, the same each time."""
    rng = np.random.default_rng(_SEED)
    return [(_phrase, _phrase, _phrase, _number, _keys)[i % 5](rng) for i in range(_MANY)]


def plain_captions(words: Sequence[str]) -> list[str]:
    """Return captions of these words, the same each time; none where there are no words."""
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(words, (_PLAIN, 2)).tolist() if words else []
    return [_PHRASES[rng.integers(len(_PHRASES))].format(*pair) for pair in chosen]


def _phrase(rng: np.random.Generator) -> str:
    return _PHRASES[rng.integers(len(_PHRASES))].format(_word(rng), _word(rng))


def _word(rng: np.random.Generator) -> str:
    syllables = (part[rng.integers(len(part))] for _ in range(rng.integers(2, 4)) for part in (_BEGIN, _VOWELS, _END))
    return "".join(syllables)


def _number(rng: np.random.Generator) -> str:
    parts = []
    for _ in range(rng.integers(1, 4)):
        parts += [*rng.choice(_LETTERS, rng.integers(0, 4)), *map(str, rng.integers(0, 10, rng.integers(1, 7)))]
        parts.append("- /_"[rng.integers(4)])
    return "".join(parts[:-1])


def _keys(rng: np.random.Generator) -> str:
    row = _ROWS[rng.integers(3)]
    start = rng.integers(0, len(row) - 3)
    struck = [row[start : start + rng.integers(3, 7)], row[start] * int(rng.integers(3, 8))]
    struck += ["".join(rng.permutation(list(struck[0]))), struck[0][::-1], f"{struck[0]} {struck[1]}"]
    return struck[rng.integers(len(struck))]
