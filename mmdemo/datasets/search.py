"""Find pairs by their label and by words of their caption."""

import unicodedata
from collections.abc import Iterable

import pandas as pd


def search(frame: pd.DataFrame, phrase: str = "", label: str | None = None) -> pd.DataFrame:
    """Return the rows of a label (None: of every label) whose caption holds every word of the phrase.

    Without captions, every row of the label is found. Case does not matter, nor how a letter and its accent are
    stored; part of a word is enough.

    >>> frame = pd.DataFrame({"text": ["A red car", "A bus"], "label": ["cars", "buses"]})
    >>> search(frame, "RED ca").text.tolist()
    ['A red car']
    """
    found = frame if label is None else frame[frame["label"] == label]
    return found[holding(found["text"], phrase)] if "text" in frame and phrase.strip() else found


def holding(texts: Iterable[str], phrase: str) -> list[bool]:
    """Return of each text whether it holds every word of the phrase, if only as a part of a word."""
    wanted = _plain(phrase).split()
    return [all(word in text for word in wanted) for text in map(_plain, texts)]


def mixed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows reordered so that the labels alternate, each label's rows in their original order.

    >>> mixed(pd.DataFrame({"label": ["a", "a", "b"]})).index.tolist()
    [0, 2, 1]
    """
    return frame.iloc[frame.groupby("label").cumcount().argsort(kind="stable")]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
