"""A modality: one kind of input, its nouns, its settings and its encoders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.modalities.copies import Report, digest_of_text, equal_values, nothing_tied
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

    digest: SHA-256 (hex) of a value's content, for fingerprints.
    ties: codes of n values, int (n,): pairs of equal codes must stay on one side of every split; −1 is tied to nothing.
    most_tied: share (0–1) of all pairs beyond which a group is too large to be tied by this modality.
    repeats: codes of n values, int (n,): equal where a value stands twice, so that a model may know it; −1 for None.
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
    digest: Callable[[Any], str] = digest_of_text
    ties: Callable[[Sequence[Any], Report], np.ndarray] = nothing_tied
    most_tied: float = 0.05
    repeats: Callable[[Sequence[Any]], np.ndarray] = equal_values

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
