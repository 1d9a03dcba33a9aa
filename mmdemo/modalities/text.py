"""The text modality (captions): its nouns and its encoders."""

from mmdemo.encoders.side_by_side import TfidfWordVectorEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.modalities.modality import Modality
from mmdemo.preprocess.text import TextSettings, clean

TEXT = Modality(
    name="text",
    title="Caption",
    wanted="a caption with at least one word in it",
    encoder_title="Caption encoder",
    question="What reads the caption",
    settings=TextSettings,
    missing=lambda value, settings: value is None or not clean(value, settings),
    encoders={
        "tfidf+word_vectors": TfidfWordVectorEncoder,
        "tfidf": TfidfEncoder,
        "word_vectors": WordVectorEncoder,
    },
    default="tfidf+word_vectors",
)
