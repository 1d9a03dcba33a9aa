"""The text modality (captions): its nouns, its encoders, and the words that an answer is divided among."""

from mmdemo.encoders.side_by_side import TfidfWordVectorEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.text_corruptions import CORRUPTIONS
from mmdemo.modalities.text_preparation import PREPARATION
from mmdemo.modalities.words import WORDS, word_part
from mmdemo.preprocess.text import TextSettings, clean

TEXT = Modality(
    name="text",
    noun="caption",
    wanted="a caption with at least one word in it",
    colour="#c98500",
    icon=":material/notes:",
    settings=TextSettings,
    missing=lambda value, settings: value is None or not clean(value, settings),
    types=(str,),
    expected="str",
    encoders={
        "tfidf+word_vectors": TfidfWordVectorEncoder,
        "tfidf": TfidfEncoder,
        "word_vectors": WordVectorEncoder,
    },
    default="tfidf+word_vectors",
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
)
