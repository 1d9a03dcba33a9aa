"""The text modality (captions): its nouns, its encoders, and the words that an answer is divided among."""

import re

from mmdemo.encoders.sentence import SentenceEncoder
from mmdemo.encoders.side_by_side import TfidfWordVectorEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.tfidf_word_vectors_sentence import TfidfWordVectorSentenceEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.modalities.familiar_text import FAMILIAR
from mmdemo.modalities.likeness import Likeness, key_of_text
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.text_corruptions import CORRUPTIONS
from mmdemo.modalities.text_preparation import PREPARATION
from mmdemo.modalities.words import WORDS, word_part
from mmdemo.preprocess.text import TextSettings, check_caption, clean, has_word, words
from mmdemo.preprocess.tokens import UNSPACED

_UNSPACED = re.compile(f"[{UNSPACED}]")
LONG = 5  # words of a caption that no two people write by chance


def is_long(cleaned: str) -> bool:
    """Return whether a cleaned caption has `LONG` words or more; two characters of an unspaced script count as one.

    >>> is_long("a red car"), is_long("一辆红色的汽车"), is_long("a red car in the garage")
    (False, False, True)
    """
    found = words(cleaned)
    return len(found) - sum(bool(_UNSPACED.match(word.text)) for word in found) / 2 >= LONG


def _tied_by(caption: str | None) -> str | None:
    """Return the key of a caption, as cleaned, of `LONG` words or more."""
    cleaned = clean(caption or "")
    return key_of_text(cleaned) if is_long(cleaned) else None


def _repeated_by(caption: str | None) -> str | None:
    """Return the key of a caption as cleaned, None where nothing is left."""
    cleaned = clean(caption or "")
    return key_of_text(cleaned) if cleaned else None


TEXT = Modality(
    name="text",
    noun="caption",
    wanted="a caption with at least one word in it",
    colour="#c98500",
    icon=":material/notes:",
    settings=TextSettings,
    missing=lambda value, settings: value is None or not has_word(value, settings),
    types=(str,),
    expected="str",
    read=check_caption,
    example="a few words",
    encoders={
        "tfidf+word_vectors+sentence": TfidfWordVectorSentenceEncoder,
        "tfidf+word_vectors": TfidfWordVectorEncoder,
        "sentence": SentenceEncoder,
        "tfidf": TfidfEncoder,
        "word_vectors": WordVectorEncoder,
    },
    default="tfidf+word_vectors+sentence",
    presets={"article": ("tfidf", {})},
    parts=word_part,
    units=WORDS,
    preparation=PREPARATION,
    corruptions=CORRUPTIONS,
    samples=lambda: (
        "it is round and red",
        "a jaguar",
        "a T-shirt to wear",
        "a Christmas tree",
        "a goldfish",
        "a juicy orange",
    ),
    likeness=Likeness(_tied_by, _repeated_by),
    familiar=FAMILIAR,
)
