"""Captions: cleaned step by step, then cut into words and tokens that keep their positions."""

import re
import runpy
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from mmdemo.errors import ConfigError, TextError
from mmdemo.preprocess.letters import keep_words, strip_accents, unify
from mmdemo.preprocess.markup import Removal, remove_addresses, remove_tags, unescape
from mmdemo.preprocess.tokens import Token, tokens, words

__all__ = [
    "MAX_CHARACTERS",
    "TextSettings",
    "TextStep",
    "Token",
    "check_caption",
    "clean",
    "clean_steps",
    "cut_short",
    "tokens",
    "words",
]

MAX_CHARACTERS = 10_000


@dataclass(frozen=True)
class TextSettings:
    """How a caption is prepared before it becomes features.

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
        for name in ("lowercase", "accents"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"Got {name}={getattr(self, name)!r} but expected true or false.")
        if self.stop_words not in ("none", "english"):
            raise ConfigError(f"Got stop_words={self.stop_words!r} but expected 'none' or 'english'.")
        if type(self.ngrams) is not int or self.ngrams not in (1, 2, 3):
            raise ConfigError(f"Got ngrams={self.ngrams!r} but expected 1, 2 or 3.")


@dataclass(frozen=True)
class TextStep:
    """One step of cleaning: its title, the text after it, and what it removed.

    beyond: how many characters of its text are not read, because they exceed 10,000.
    """

    name: str
    text: str
    dropped: tuple[str, ...] = ()
    beyond: int = 0

    @property
    def note(self) -> str:
        """A sentence on the characters that are not read, or nothing."""
        if not self.beyond:
            return ""
        read, length = len(self.text), len(self.text) + self.beyond
        return f"Cleaning makes this caption {length:,} characters long; only the first {read:,} are read."


def check_caption(text: str) -> str:
    """Return the caption, or raise a TextError when it is longer than 10,000 characters."""
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            f"The caption has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Shorten it and try again."
        )
    return text


def clean_steps(text: str, settings: TextSettings = TextSettings()) -> tuple[TextStep, ...]:
    """Return the caption after each step of cleaning; the last one's text is the cleaned caption.

    The cleaned caption holds words separated by single spaces: letters, marks and digits only. One character may mean
    many, so that 10,000 may become 180,000: after every step, the first 10,000 are read.
    """
    steps = [TextStep("As written", check_caption(text))]
    for name, change, wanted in _steps(settings):
        if wanted:
            after, dropped = change(steps[-1].text)
            steps.append(TextStep(name, after[:MAX_CHARACTERS], dropped, max(len(after) - MAX_CHARACTERS, 0)))
    return tuple(steps)


def clean(text: str, settings: TextSettings = TextSettings()) -> str:
    """Return the cleaned caption; empty when it holds no word.

    >>> clean("A <b>RED</b> car, see https://example.org!")
    'a red car see'
    """
    return _clean(text, settings)[0]


def has_word(text: str, settings: TextSettings = TextSettings()) -> bool:
    """Return whether a cleaned caption holds a word; plain captions are not cleaned for it.

    >>> has_word("a red car"), has_word("<b>!</b>")
    (True, False)
    """
    if settings.stop_words == "none" and not _TAKEN_OUT.search(check_caption(text)) and _LETTER.search(text):
        return unicodedata.is_normalized("NFKC", text) or bool(clean(text, settings))
    return bool(clean(text, settings))


def cut_short(text: str, settings: TextSettings = TextSettings()) -> tuple[str, ...]:
    """Return a sentence on what of a caption is not read, if it becomes longer than 10,000 characters; else nothing.

    >>> cut_short("\ufdfa" * 1_000)
    ('Cleaning makes this caption 18,000 characters long; only the first 10,000 are read.',)
    """
    return _clean(text, settings)[1]


# One answer cleans the same caption several times: to see if it is missing, and in every encoder.
def forget() -> None:
    """Forget the captions that were cleaned last."""
    _clean.cache_clear()


@lru_cache(maxsize=8)
def _clean(text: str, settings: TextSettings) -> tuple[str, tuple[str, ...]]:
    steps = clean_steps(text, settings)
    return steps[-1].text, tuple(step.note for step in steps if step.note)[:1]


# Without these, no tag, entity or address is taken out of a caption whose letters are unified; each letter then stays.
_TAKEN_OUT = re.compile(r"[^\w\s -~]|[<&:]|www", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_Change = Callable[[str], Removal]


def _steps(settings: TextSettings) -> tuple[tuple[str, _Change, bool], ...]:
    return (
        ("Same characters for the same letters (NFKC)", lambda text: (unify(unescape(text)), ()), True),
        ("Formatting codes removed (HTML)", remove_tags, True),
        ("Web addresses removed", remove_addresses, True),
        ("Lower case", lambda text: (unicodedata.normalize("NFKC", text.lower()), ()), settings.lowercase),
        ("Accents removed", lambda text: (strip_accents(text), ()), settings.accents),
        ("Punctuation removed", keep_words, True),
        ("Very common words removed (stop words)", _drop_stop_words, settings.stop_words == "english"),
    )


def _drop_stop_words(text: str) -> Removal:
    dropped = tuple(word for word in text.split() if word.lower() in _english_stop_words())
    return " ".join(word for word in text.split() if word.lower() not in _english_stop_words()), dropped


@lru_cache(maxsize=1)
def _english_stop_words() -> frozenset[str]:
    # Of scikit-learn only the file with the words is read: importing it all takes half a second and 80 MB.
    folder = Path(str(find_spec("sklearn").submodule_search_locations[0]))  # type: ignore[union-attr,index]
    found = runpy.run_path(str(folder / "feature_extraction" / "_stop_words.py"))
    return frozenset(found["ENGLISH_STOP_WORDS"])
