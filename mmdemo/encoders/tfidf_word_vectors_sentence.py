"""The default text encoder: it counts words, knows their meanings, and reads each caption as a whole."""

from typing import ClassVar

from mmdemo.encoders.sentence import SentenceEncoder
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder


class TfidfWordVectorSentenceEncoder(SideBySideEncoder):
    """TF-IDF, the word vectors and the sentence network side by side.

    The word vectors add nothing in English, but much in German, of which the network knows little.

    >>> TfidfWordVectorSentenceEncoder().fit(["a red car", "a blue car"]).transform(["a car"]).shape
    (1, 644)
    """

    title = "Words and whole captions"
    name = "TF-IDF, word vectors and all-MiniLM-L6-v2"
    summary = "Counts distinctive words, looks up their meanings, and reads each caption as a whole: the best of all."
    combined: ClassVar = {"tfidf": TfidfEncoder, "word_vectors": WordVectorEncoder, "sentence": SentenceEncoder}
