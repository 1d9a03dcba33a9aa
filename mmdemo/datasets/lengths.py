"""How long the captions of a dataset are."""

import pandas as pd

from mmdemo.preprocess.text import clean, words


def caption_lengths(frame: pd.DataFrame) -> pd.Series:
    """Return each caption's number of words (int) after cleaning; a character of an unspaced script is one word.

    >>> caption_lengths(pd.DataFrame({"text": ["A red car!", "自行车"]})).tolist()
    [3, 3]
    """
    return frame["text"].map(lambda text: len(words(clean(text)))).rename("words")
