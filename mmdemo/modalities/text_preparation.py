"""How captions are prepared, one operation at a time or several."""

from dataclasses import replace

from mmdemo.modalities.preparation import Preparation
from mmdemo.preprocess.changes import caption_in_words
from mmdemo.preprocess.text import TextSettings, clean

PREPARATION = Preparation(
    operations={
        "No very common words": TextSettings(stop_words="english"),
        "No accents": TextSettings(accents=True),
    },
    apply=lambda encoder, caption, settings: clean(caption, settings),
    phrases=lambda settings: caption_in_words(replace(settings, ngrams=1)),  # n-grams matter in training only
)
