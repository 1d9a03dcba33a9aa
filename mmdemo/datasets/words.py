"""The number of words in captions, and the words that distinguish one class from the others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.preprocess.text import clean, tokens, words

LEAST = 2  # captions of the class that must hold a word
COMMON = 0.25  # share of the other captions above which a word is merely common, such as "a"
_LEAST_G2 = 3.84  # chi-squared of one degree of freedom, at 5 %


@dataclass(frozen=True)
class TellingWord:
    """A word that is more common in one class's captions than in the others'.

    count: captions of the class that hold it. share, elsewhere: share (0–1) of the captions of this class, and of all
    other classes, that hold it. g2: how much the two differ, see `telling_words`.
    """

    word: str
    count: int
    share: float
    elsewhere: float
    g2: float


def caption_lengths(frame: pd.DataFrame) -> pd.Series:
    """Return each caption's number of words (int) after cleaning; empty where the data has no captions.

    A character of an unspaced script is one word.

    >>> caption_lengths(pd.DataFrame({"text": ["A red car!", "自行车"]})).tolist()
    [3, 3]
    """
    if "text" not in frame:
        return pd.Series(name="words", dtype=int)
    return frame["text"].map(lambda text: len(words(clean(text)))).rename("words")


def telling_words(frame: pd.DataFrame, most: int = 6) -> dict[str, list[TellingWord]]:
    """Return label → its most telling words, at most `most`, the most telling first; {} for data without captions.

    A word counts once per caption. Words are ranked by the log-likelihood ratio G² of the table of captions with and
    without the word, in the class and outside it: twice the sum of `observed · ln(observed / expected)`. Left out are
    words of fewer than `LEAST` captions of the class, of more than a `COMMON` share of the others, and single letters.
    Source: Dunning 1993, "Accurate methods for the statistics of surprise and coincidence".
    """
    if "text" not in frame:
        return {}
    found = [{token.text for token in tokens(clean(text))} for text in frame["text"]]
    total = Counter(word for caption in found for word in caption)
    labels = frame["label"].to_numpy()
    ranked = {}
    for label in sorted(set(labels)):
        captions = [found[row] for row in np.flatnonzero(labels == label)]
        inside = Counter(word for caption in captions for word in caption)
        scored = [_score(word, inside[word], len(captions), total[word], len(frame)) for word in inside]
        ranked[str(label)] = _best([word for word in scored if _is_distinctive(word)], most)
    return ranked


def _score(word: str, count: int, n: int, total: int, n_all: int) -> TellingWord:
    observed = np.array([[count, n - count], [total - count, n_all - n - total + count]], float)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / n_all
    held = observed > 0
    g2 = 2 * float(np.sum(observed[held] * np.log(observed[held] / expected[held])))
    return TellingWord(word, count, count / n, (total - count) / max(n_all - n, 1), g2)


def _is_distinctive(word: TellingWord) -> bool:
    return (
        word.share > word.elsewhere
        and word.count >= LEAST
        and word.elsewhere <= COMMON
        and word.g2 >= _LEAST_G2
        and not (len(word.word) == 1 and word.word.isascii())
    )


def _best(scored: Sequence[TellingWord], most: int) -> list[TellingWord]:
    """Return the words with the largest G²; where a character and a pair match equally, the pair."""
    chosen: list[TellingWord] = []
    for word in sorted(scored, key=lambda word: (-word.g2, -len(word.word), word.word)):
        said = any(len(word.word) == 1 and word.word in other.word and word.count == other.count for other in chosen)
        if not said and len(chosen) < most:
            chosen.append(word)
    return chosen
