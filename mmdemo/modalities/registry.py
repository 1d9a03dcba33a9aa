"""The registry: which modalities there are, and which encoders each of them has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sklearn.base import BaseEstimator

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.errors import ConfigError
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.text import TextSettings, clean
from mmdemo.storage.feature_cache import FeatureCache

Options = Mapping[str, Any]


@dataclass(frozen=True)
class EncoderChoice:
    """One encoder that a modality can be given.

    title: what a person who knows no machine learning calls it.
    summary: one sentence for a person who knows no machine learning.
    build: makes the unfitted encoder from settings, a feature cache and the encoder's own options.
    options: the names of those options, such as `size`.
    trained: whether it learns from the labels; its features then look better on the rows that it learnt from.
    """

    title: str
    summary: str
    build: Callable[[Any, FeatureCache | None, Options], BaseEstimator]
    options: tuple[str, ...] = ()
    trained: bool = False


@dataclass(frozen=True)
class Modality:
    """One kind of input: a column of the dataset, its encoders and its settings.

    missing: tells whether a value holds nothing to classify by, under the settings.
    """

    title: str
    settings: type
    encoders: Mapping[str, EncoderChoice]
    default: str
    missing: Callable[[Any, Any], bool]

    def encoder(self, name: str) -> EncoderChoice:
        """Return the choice of that name, or raise a ConfigError that lists the known ones."""
        if name not in self.encoders:
            known = ", ".join(self.encoders)
            raise ConfigError(f"There is no {self.title} encoder named {name!r}; known: {known}, or none.")
        return self.encoders[name]

    def build(self, name: str, options: Options, cache: FeatureCache | None = None) -> BaseEstimator:
        """Return the unfitted encoder; raises a ConfigError for an option that neither it nor the settings know."""
        choice = self.encoder(name)
        own = {key: value for key, value in options.items() if key in choice.options}
        rest = {key: value for key, value in options.items() if key not in own}
        return choice.build(self.read_settings(rest), cache, own)

    def read_settings(self, options: Options) -> Any:
        """Return the modality's settings with these values; raises a ConfigError for an unknown name."""
        known = [field.name for field in fields(self.settings)]
        unknown = [key for key in options if key not in known]
        if unknown:
            raise ConfigError(
                f"The {self.title} encoder has no option {unknown[0]!r}; known settings: {', '.join(known)}."
            )
        return self.settings(**options)


IMAGE = Modality(
    title="image",
    settings=ImageSettings,
    encoders={
        "efficientnet": EncoderChoice(
            "Pretrained network",
            "A network that has already seen a million photographs (EfficientNet-Lite0): quick and strong.",
            lambda settings, cache, own: EfficientNetEncoder(settings=settings, cache=cache, **own),
        ),
        "trained_cnn": EncoderChoice(
            "Network trained here",
            "A small network trained from nothing on your own pictures: slower, and it needs many of them.",
            lambda settings, cache, own: TrainedCNNEncoder(settings=settings, **own),
            options=("size", "epochs", "seed"),
            trained=True,
        ),
        "article_cnn": EncoderChoice(
            "The article's network",
            "The article's single untrained layer: shows why an untrained network is not enough.",
            lambda settings, cache, own: ArticleCNNEncoder(settings=settings, **own),
            options=("size",),
        ),
    },
    default="efficientnet",
    missing=lambda value, settings: value is None,
)

TEXT = Modality(
    title="text",
    settings=TextSettings,
    encoders={
        "tfidf+word_vectors": EncoderChoice(
            "Words and their meanings",
            "Telling words counted, and their meanings looked up: the best of both.",
            lambda settings, cache, own: SideBySideEncoder([TfidfEncoder(settings), WordVectorEncoder(settings)]),
        ),
        "tfidf": EncoderChoice(
            "Words, counted",
            "Words counted, rare ones weighted more (TF-IDF): sees only words met in training.",
            lambda settings, cache, own: TfidfEncoder(settings),
        ),
        "word_vectors": EncoderChoice(
            "Meanings of words",
            "The meanings of the words, averaged: knows words never met in training.",
            lambda settings, cache, own: WordVectorEncoder(settings),
        ),
    },
    default="tfidf+word_vectors",
    missing=lambda value, settings: value is None or not clean(value, settings),
)

MODALITIES: dict[str, Modality] = {"image": IMAGE, "text": TEXT}
