"""The configuration of a training run."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import head_inputs, head_names
from mmdemo.storage.feature_cache import FeatureCache

FOLDS = 5
ALLOWED_FOLDS = (1, *range(3, 11))


@dataclass(frozen=True)
class ModelConfig:
    """Everything that a training run depends on besides the data.

    encoders: modality → encoder's name; a modality that is missing here is not used.
    options: modality → settings of its preprocessing and options of its encoder.
    C: inverse strength of the regularisation, or None to choose it by cross-validation on the training pairs.
    seed: of the folds and a trained network.
    folds: into how many parts the pairs are divided, each held out once; 1 for a single split, which holds out a
    fifth. None: 1 where a network is trained, else 5.

    >>> ModelConfig().heads
    ('image', 'text', 'fused')
    """

    encoders: Mapping[str, str] = field(
        default_factory=lambda: {name: modality.default for name, modality in MODALITIES.items()}
    )
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    C: float | None = None
    seed: int = 42
    folds: int | None = None

    def __post_init__(self) -> None:
        """Raise a ConfigError for a value that is not allowed."""
        if not self.encoders:
            known = " or ".join(modality.nouns for modality in MODALITIES.values())
            raise ConfigError(f"The model would read nothing: choose how {known} are read (their encoder).")
        for modality in self.encoders:
            if modality not in MODALITIES:
                raise ConfigError(f"There is no modality named {modality!r}; known: {', '.join(MODALITIES)}.")
            self.build_encoder(modality).check()
        if self.C is not None and not 0 < self.C < np.inf:
            raise ConfigError(f"Got C={self.C!r} but expected a number above 0, or auto.")
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"Got seed={self.seed!r} but expected a whole number from 0 to 4294967295.")
        if self.folds is None:
            object.__setattr__(self, "folds", 1 if self.trains_network else FOLDS)
        if self.folds not in ALLOWED_FOLDS:
            raise ConfigError(f"Got folds={self.folds!r} but expected 1, or a whole number from 3 to 10.")

    @property
    def n_folds(self) -> int:
        """How many models answer the held-out pairs, each a part of them; never None as `folds` is when it is given."""
        return cast(int, self.folds)

    @property
    def trains_network(self) -> bool:
        """Whether an encoder is fitted on the labels."""
        return any(self.is_trained(name) for name in self.encoders)

    def is_trained(self, modality: str) -> bool:
        """Return whether the modality's encoder is fitted on the labels."""
        return MODALITIES[modality].encoder(self.encoders[modality]).trained

    def without(self, modalities: Collection[str]) -> "ModelConfig":
        """Return the configuration that leaves these modalities out."""
        if not modalities:
            return self
        kept = {name: encoder for name, encoder in self.encoders.items() if name not in modalities}
        return replace(self, encoders=kept, options={name: self.options[name] for name in kept if name in self.options})

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of the heads, one for every non-empty subset of the modalities used."""
        return head_names(self.encoders)

    def inputs(self, head: str) -> tuple[str, ...]:
        """Return the modalities that a head reads."""
        return head_inputs(head, self.encoders)

    def build_encoder(self, modality: str, cache: FeatureCache | None = None) -> Encoder:
        """Return the modality's unfitted encoder."""
        options = dict(self.options.get(modality, {}))
        encoder = MODALITIES[modality].encoder(self.encoders[modality])
        if "seed" in encoder.options:
            options.setdefault("seed", self.seed)
        return MODALITIES[modality].build(self.encoders[modality], options, cache)

    def as_dict(self) -> dict[str, Any]:
        """Return the configuration in JSON's types; `ModelConfig(**d)` reads it back."""
        return asdict(self)
