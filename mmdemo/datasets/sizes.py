"""How long the captions of a dataset are, and how large its pictures."""

import pandas as pd

from mmdemo.preprocess.decode import stored_size
from mmdemo.preprocess.text import clean, words


def caption_lengths(frame: pd.DataFrame) -> pd.Series:
    """Return each caption's number of words (int) after cleaning; a character of an unspaced script is one word.

    >>> caption_lengths(pd.DataFrame({"text": ["A red car!", "自行车"]})).tolist()
    [3, 3]
    """
    return frame["text"].map(lambda text: len(words(clean(text)))).rename("words")


def picture_sizes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `width` and `height` (int, pixels) of each picture as stored in its file, without decoding it.

    Raises ImageError for a file that is no picture.
    """
    sizes = [stored_size(path) for path in frame["image"]]
    return pd.DataFrame(sizes, columns=["width", "height"], index=frame.index)
