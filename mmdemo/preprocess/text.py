"""Captions: cleaned step by step, then cut into words and tokens that remember where they stood."""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from mmdemo.errors import ConfigError, TextError

MAX_CHARACTERS = 10_000

# Scripts written without spaces between words (Korean is spaced, but inflected by endings): Thai, Lao,
# Burmese, Khmer, kana, Han and Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# A character carries the vowel signs and tone marks that follow it.
_CHARACTER = re.compile(
    f"([{_UNSPACED}][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u3099\u309a]*)"
)
_WORD = re.compile(f"{_CHARACTER.pattern}|[^\\s{_UNSPACED}]+")
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL | re.IGNORECASE)
_URL = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class TextSettings:
    """What is done to a caption before it is turned into numbers.

    lowercase: write everything in lower case.
    accents: take accents off Latin, Greek and Cyrillic letters (é → e).
    stop_words: words to leave out: `none` or scikit-learn's `english` list.
    ngrams: longest run of words counted as one token (1–3); unspaced scripts always get characters and pairs.
    """

    lowercase: bool = True
    accents: bool = False
    stop_words: Literal["none", "english"] = "none"
    ngrams: int = 1

    def __post_init__(self) -> None:
        """Raise a ConfigError for a value that is not allowed."""
        if self.stop_words not in ("none", "english"):
            raise ConfigError(f"Got stop_words={self.stop_words!r} but expected 'none' or 'english'.")
        if isinstance(self.ngrams, bool) or self.ngrams not in (1, 2, 3):
            raise ConfigError(f"Got ngrams={self.ngrams!r} but expected 1, 2 or 3.")


@dataclass(frozen=True)
class Token:
    """A word, character, pair or n-gram, and the characters [start, end) of the cleaned caption that it covers."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class TextStep:
    """One step of cleaning: what it is called, the text after it, and what it took out."""

    name: str
    text: str
    dropped: tuple[str, ...] = ()


def check_caption(text: str) -> str:
    """Return the caption, or raise a TextError when it is longer than 10,000 characters."""
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            f"The caption has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Shorten it and try again."
        )
    return text


def clean_steps(text: str, settings: TextSettings = TextSettings()) -> tuple[TextStep, ...]:
    """Return the caption after each step of cleaning; the last one's text is the cleaned caption.

    The cleaned caption holds words separated by single spaces; letters, marks and digits only.
    """
    steps = [TextStep("As written", check_caption(text))]
    for name, change, wanted in _steps(settings):
        if wanted:
            after, dropped = change(steps[-1].text)
            steps.append(TextStep(name, after, dropped))
    return tuple(steps)


def clean(text: str, settings: TextSettings = TextSettings()) -> str:
    """Return the cleaned caption; it is empty when nothing in it is a word.

    >>> clean("A <b>RED</b> car, see https://example.org!")
    'a red car see'
    """
    return clean_steps(text, settings)[-1].text


def words(cleaned: str) -> list[Token]:
    """Cut a cleaned caption into the units that explanations speak of: words, or characters of unspaced scripts.

    >>> [word.text for word in words("blue 自行车")]
    ['blue', '自', '行', '车']
    """
    return [Token(match.group(), match.start(), match.end()) for match in _WORD.finditer(cleaned)]


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


_Change = Callable[[str], tuple[str, tuple[str, ...]]]


def _steps(settings: TextSettings) -> tuple[tuple[str, _Change, bool], ...]:
    return (
        ("Characters unified (NFKC)", lambda text: (unicodedata.normalize("NFKC", html.unescape(text)), ()), True),
        ("HTML removed", lambda text: _remove(_TAG, text), True),
        ("Web addresses removed", lambda text: _remove(_URL, text), True),
        ("Lower case", lambda text: (unicodedata.normalize("NFKC", text.lower()), ()), settings.lowercase),
        ("Accents removed", lambda text: (_strip_accents(text), ()), settings.accents),
        ("Punctuation removed", _keep_words, True),
        ("Stop words removed", _drop_stop_words, settings.stop_words == "english"),
    )


def _remove(pattern: re.Pattern[str], text: str) -> tuple[str, tuple[str, ...]]:
    dropped = tuple(match.group() for match in pattern.finditer(text))
    return (pattern.sub(" ", text) if dropped else text), dropped


def _strip_accents(text: str) -> str:
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


def _keep_words(text: str) -> tuple[str, tuple[str, ...]]:
    # Letters, marks and numbers; Python's \w leaves out the vowel signs of Indic scripts.
    kept = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in text)
    marks = sorted({character for character in text if not character.isspace()} - set(kept))
    return " ".join(kept.split()), tuple(marks)


def _drop_stop_words(text: str) -> tuple[str, tuple[str, ...]]:
    dropped = tuple(word for word in text.split() if word in _english_stop_words())
    return " ".join(word for word in text.split() if word not in _english_stop_words()), dropped


@lru_cache(maxsize=1)
def _english_stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return ENGLISH_STOP_WORDS
