"""Cut cleaned captions into words and tokens that keep their positions."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Scripts written without spaces between words (Korean has spaces, but inflects words by endings): Thai, Lao,
# Burmese, Khmer, kana, Han and Hangul. Part of a regular expression's character class.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# A character carries the vowel signs and tone marks that follow it.
_CHARACTER = re.compile(
    f"([{UNSPACED}][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u3099\u309a]*)"
)
_SHORT = 300  # characters; the words of longer captions are not remembered
_WORD = re.compile(f"{_CHARACTER.pattern}|[^\\s{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, character, pair or n-gram, and the characters [start, end) of the cleaned caption that it covers."""

    text: str
    start: int
    end: int


def words(cleaned: str) -> list[Token]:
    """Cut a cleaned caption into the units of explanations: words, or characters of unspaced scripts.

    >>> [word.text for word in words("blue 自行车")]
    ['blue', '自', '行', '车']
    """
    return list(_remembered(cleaned) if len(cleaned) <= _SHORT else _cut(cleaned))


# One answer needs the same caption's words several times: for evidence, and in every encoder.
def forget() -> None:
    """Forget the captions that were cut last."""
    _remembered.cache_clear()


@lru_cache(maxsize=8)
def _remembered(cleaned: str) -> tuple[Token, ...]:
    return _cut(cleaned)


def _cut(cleaned: str) -> tuple[Token, ...]:
    return tuple(Token(match.group(), match.start(), match.end()) for match in _WORD.finditer(cleaned))


def tokens(cleaned: str, ngrams: int = 1) -> list[Token]:
    """Cut a cleaned caption into what TF-IDF counts: words, their n-grams, characters and character pairs.

    >>> [token.text for token in tokens("blue 自行车")]
    ['blue', '自', '行', '车', '自行', '行车']
    """
    units = words(cleaned)
    found = list(units)
    for first, second in pairwise(units):
        if first.end == second.start and _is_character(first) and _is_character(second):
            found.append(Token(cleaned[first.start : second.end], first.start, second.end))
    for length in range(2, ngrams + 1):
        for run in zip(*(units[shift:] for shift in range(length)), strict=False):
            if not any(_is_character(unit) for unit in run):
                found.append(Token(" ".join(unit.text for unit in run), run[0].start, run[-1].end))
    return found


def _is_character(token: Token) -> bool:
    return _CHARACTER.fullmatch(token.text) is not None
