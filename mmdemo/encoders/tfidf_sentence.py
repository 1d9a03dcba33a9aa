"""Combinations with the sentence network: it reads a caption as a whole, and they know its words, too."""

from typing import ClassVar

from mmdemo.encoders.sentence import SentenceEncoder
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder


class TfidfSentenceEncoder(SideBySideEncoder):
    """TF-IDF and the sentence network side by side.

    >>> TfidfSentenceEncoder().fit(["a red car", "a blue car"]).transform(["a car"]).shape
    (1, 388)
    """

    title = "Words and whole captions"
    name = "TF-IDF and all-MiniLM-L6-v2"
    summary = "Counts distinctive words, and a pretrained network reads each caption as a whole: the best of both."
    combined: ClassVar = {"tfidf": TfidfEncoder, "sentence": SentenceEncoder}


class TfidfWordVectorSentenceEncoder(SideBySideEncoder):
    """TF-IDF, the word vectors and the sentence network side by side.

    >>> TfidfWordVectorSentenceEncoder().fit(["a red car", "a blue car"]).transform(["a car"]).shape
    (1, 644)
    """

    title = "Words, their meanings and whole captions"
    name = "TF-IDF, word vectors and all-MiniLM-L6-v2"
    summary = "Counts words, looks up their meanings, and a pretrained network reads each caption as a whole."
    combined: ClassVar = {"tfidf": TfidfEncoder, "word_vectors": WordVectorEncoder, "sentence": SentenceEncoder}
