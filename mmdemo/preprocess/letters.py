"""Characters of all scripts: brought to one form, stripped of accents, and separated from punctuation."""

import re
import unicodedata
from functools import lru_cache
from itertools import dropwhile

# Soft hyphens, joiners, directions of writing and variants of emoji: invisible characters that do not separate words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


_MOST_MARKS = 30  # on one letter, as in Unicode's Stream-Safe Text Format (UAX #15)
_TOO_MANY = b"\x01" * (_MOST_MARKS + 1)


def unify(text: str) -> str:
    """Return the text in Unicode's form NFKC, without invisible characters; a letter keeps its first 30 marks.

    It may be up to 18 times as long.
    """
    return _few_marks(unicodedata.normalize("NFKC", _few_marks(_INVISIBLE.sub("", text))))


def strip_accents(text: str) -> str:
    """Return the text with plain Latin, Greek and Cyrillic letters.

    >>> strip_accents("Crème brûlée, हिन्दी")
    'Creme brulee, हिन्दी'
    """
    # Marks are taken off European letters only: in Indic and other scripts they are vowels.
    kept: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(character):
            base = character
        elif base < "\u0530":
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def keep_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the words, with single spaces between them, and what else there was, sorted."""
    # Letters, marks and numbers; Python's \w leaves out the vowel signs of Indic scripts.
    kept = "".join(map(_letter, text))
    marks = sorted(character for character in set(text) - set(kept) if not character.isspace())
    return " ".join(filter(None, map(_from_letter, kept.split()))), tuple(marks)


def _few_marks(text: str) -> str:
    # Putting n marks of one letter in order takes n² steps.
    if text.isascii() or _TOO_MANY not in bytes(map(bool, map(unicodedata.combining, text))):
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    category = unicodedata.category(character)
    return character if category[0] in "LMN" and category != "Me" else " "


def _from_letter(word: str) -> str:
    # A mark whose letter was removed, or that stood alone, carries no meaning.
    return word if word[0].isalnum() else "".join(dropwhile(lambda it: unicodedata.category(it)[0] == "M", word))
