"""The number of words in captions, and the words that distinguish one class from the others."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import pandas as pd

from mmdemo.preprocess.text import clean, tokens, words

MOST_CLASSES = 40  # a page draws a chart for each
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


def telling_words(frame: pd.DataFrame, most: int = 6, classes: int = MOST_CLASSES) -> dict[str, list[TellingWord]]:
    """Return label → its most telling words, at most `most`, the most telling first; {} for data without captions.

    classes: how many labels, those of most captions.

    A word counts once per caption. Words are ranked by the log-likelihood ratio G² of the table of captions with and
    without the word, in the class and outside it: twice the sum of `observed · ln(observed / expected)`. Left out are
    words of fewer than `LEAST` captions of the class, of more than a `COMMON` share of the others, and single letters.
    Source: Dunning 1993, "Accurate methods for the statistics of surprise and coincidence".
    """
    if "text" not in frame:
        return {}
    sizes = Counter(frame["label"].tolist())
    inside: dict[str, Counter[str]] = {label: Counter() for label, _ in sizes.most_common(classes)}
    total: Counter[str] = Counter()
    for text, label in zip(frame["text"], frame["label"], strict=True):
        found = {token.text for token in tokens(clean(text))}
        total.update(found)
        if label in inside:
            inside[label].update(found)
    return {
        str(label): _best(list(_distinctive(inside[label], sizes[label], total, len(frame))), most)
        for label in sorted(inside)
    }


def _distinctive(inside: Mapping[str, int], n: int, total: Mapping[str, int], n_all: int) -> Iterator[TellingWord]:
    for word, count in inside.items():
        if count >= LEAST:
            scored = _score(word, count, n, total[word], n_all)
            if _is_distinctive(scored):
                yield scored


def _score(word: str, count: int, n: int, total: int, n_all: int) -> TellingWord:
    g2 = 0.0
    for held, captions in ((count, n), (total - count, n_all - n)):
        for observed, expected in ((held, total), (captions - held, n_all - total)):
            if observed:
                g2 += 2 * observed * log(observed * n_all / (captions * expected))
    return TellingWord(word, count, count / n, (total - count) / max(n_all - n, 1), g2)


def _is_distinctive(word: TellingWord) -> bool:
    return (
        word.share > word.elsewhere
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
