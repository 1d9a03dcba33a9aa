"""Configurations to choose from with one press: what each modality is read by, and how many parts are held out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mmdemo.modalities.modality import Options
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig


@dataclass(frozen=True)
class Preset:
    """A configuration for any data.

    name: under which modalities keep encoders of their own for it; the others take their usual one.
    title, sentence: for a person. folds: as in `ModelConfig`.

    >>> PRESETS[0].config(["text"]).encoders
    {'text': 'tfidf+word_vectors+sentence'}
    """

    name: str
    title: str
    sentence: str
    folds: int | None = None

    def encoder(self, modality: str) -> tuple[str, Options]:
        """Return the modality's encoder and its options."""
        return MODALITIES[modality].presets.get(self.name, (MODALITIES[modality].default, {}))

    def config(self, modalities: Iterable[str], settings: Mapping[str, Options] | None = None) -> ModelConfig:
        """Return the configuration for data of these modalities; settings: modality → how it is prepared."""
        chosen = {name: self.encoder(name) for name in modalities}
        options = {name: {**(settings or {}).get(name, {}), **own} for name, (_, own) in chosen.items()}
        encoders = {name: encoder for name, (encoder, _) in chosen.items()}
        return ModelConfig(encoders, {name: own for name, own in options.items() if own}, folds=self.folds)


PRESETS = (
    Preset("quick", "Quick", "Uses networks that are already trained: fast, and usually the most accurate."),
    Preset("scratch", "From scratch", "Trains a small network on your data alone: slower, and it needs many pairs."),
    Preset("article", "As in the article", "The article's untrained network: shows why training matters.", folds=1),
)
"""The first is for any data."""


def presets_for(modalities: Iterable[str]) -> tuple[Preset, ...]:
    """Return the presets that make a difference to data of these modalities, the first always."""
    own = {preset for name in modalities for preset in MODALITIES[name].presets}
    return tuple(preset for preset in PRESETS if preset is PRESETS[0] or preset.name in own)
