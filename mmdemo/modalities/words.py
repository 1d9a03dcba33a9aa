"""The units of a caption: its words."""

from collections.abc import Collection
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, Part, TextEvidence, undivided
from mmdemo.modalities.units import Units
from mmdemo.preprocess.text import words

_MOST_TAKEN_OUT = 64  # words, one at a time, to see what each does
_FEWEST_TAKEN_OUT = 4  # fewer say nothing of a caption so long
_WORDS_READ = 2_000  # words that are read again for that
_WORDS_AGAIN = 60_000  # words that are computed again for one question: in less than a second
_AS_LONG_AS = 50  # words: no caption takes less time than one so long


def words_of(evidence: Evidence) -> tuple[str, ...]:
    """Return the words of the cleaned caption, in order."""
    return tuple(word.text for word in evidence.words) if isinstance(evidence, TextEvidence) else ()


def word_part(evidence: Evidence, coef: np.ndarray) -> Part:
    """Return what a caption adds, (k,), divided among its words."""
    if not isinstance(evidence, TextEvidence) or not evidence.additive:
        return undivided(evidence, coef)
    values = np.asarray(evidence.word_parts(coef), np.float64)
    return Part(values.sum(axis=1), words_of(evidence), values)


def without_words(cleaned: str, places: Collection[int]) -> str:
    """Return a cleaned caption after its words at these places (0-based) are taken out.

    >>> without_words("a red 自行车", [1, 3])
    'a 自车'
    """
    all_words, left, here = words(cleaned), [], 0
    for i in sorted(set(places)):
        left.append(cleaned[here : all_words[i].start])
        here = all_words[i].end
    return " ".join("".join([*left, cleaned[here:]]).split())


def _without(encoder: Encoder, evidence: Evidence, places: Collection[int]) -> Evidence | None:
    if not places or not isinstance(evidence, TextEvidence):
        return evidence
    caption = without_words(evidence.cleaned, places)
    return encoder.examine(caption) if caption else None


def _without_each(encoder: Encoder, evidence: Evidence) -> Any:
    most = min(_MOST_TAKEN_OUT, _WORDS_READ // max(len(words_of(evidence)), 1))
    if not isinstance(evidence, TextEvidence) or most < _FEWEST_TAKEN_OUT:
        return encoder.transform([])
    return encoder.transform(without_each(evidence.cleaned, most))


def without_each(cleaned: str, most: int) -> list[str]:
    """Return a cleaned caption without each of its first words, one at a time, at most `most`.

    >>> without_each("a red car", most=2)
    ['red car', 'a car']
    """
    found = words(cleaned)[:most]
    return [" ".join((cleaned[: word.start] + cleaned[word.end :]).split()) for word in found]


def _effort(evidence: Evidence) -> int:
    return _WORDS_AGAIN // max(len(words_of(evidence)), _AS_LONG_AS)


def _hints(evidence: Evidence, coef: np.ndarray) -> np.ndarray:
    return evidence.word_parts(coef) if isinstance(evidence, TextEvidence) else np.zeros((len(coef), 0))


WORDS = Units(
    nouns="words",
    removable=words_of,
    without=_without,
    without_each=_without_each,
    hints=_hints,
    effort=_effort,
)
