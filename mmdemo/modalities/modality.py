"""A modality: one kind of input, its nouns, its settings and its encoders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.storage.feature_cache import FeatureCache

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Modality:
    """One kind of input: a column of the dataset.

    name: of the column. title: a heading. wanted: what to ask a person for.
    encoder_title: its encoder's name. question: what choosing an encoder decides.
    settings: class of the settings of the preparation. missing: says whether a value, under such settings, holds
    nothing to classify by.
    encoders: name → class. default: name of the encoder used by default.
    """

    name: str
    title: str
    wanted: str
    encoder_title: str
    question: str
    settings: type
    missing: Callable[[Any, Any], bool]
    encoders: Mapping[str, type[Encoder]]
    default: str

    def encoder(self, name: str) -> type[Encoder]:
        """Return the encoder class of that name, or raise a ConfigError that lists the known ones."""
        if name not in self.encoders:
            known = ", ".join(self.encoders)
            raise ConfigError(f"There is no {self.name} encoder named {name!r}; known: {known}, or none.")
        return self.encoders[name]

    def build(self, name: str, options: Options, cache: FeatureCache | None = None) -> Encoder:
        """Return the unfitted encoder; raises a ConfigError for an option that neither it nor the settings have.

        cache: where its features are kept, if the encoder keeps them.
        """
        encoder = self.encoder(name)
        own = {key: value for key, value in options.items() if key in encoder.options}
        rest = {key: value for key, value in options.items() if key not in own}
        built = encoder(settings=self.read_settings(rest), **own)
        return built.set_params(cache=cache) if "cache" in built.get_params(deep=False) else built

    def read_settings(self, options: Options) -> Any:
        """Return the modality's settings with these values; raises a ConfigError for an unknown name."""
        known = [field.name for field in fields(self.settings)]
        unknown = [key for key in options if key not in known]
        if unknown:
            raise ConfigError(
                f"The {self.name} encoder has no option {unknown[0]!r}; known settings: {', '.join(known)}."
            )
        return self.settings(**options)
