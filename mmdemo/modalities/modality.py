"""A modality: one kind of input, and everything that the rest needs to know about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, Part, undivided
from mmdemo.errors import ConfigError
from mmdemo.modalities.copies import digest_of
from mmdemo.modalities.corruption import Corruption
from mmdemo.modalities.familiar import Familiar
from mmdemo.modalities.likeness import Likeness
from mmdemo.modalities.preparation import Preparation
from mmdemo.modalities.units import Units
from mmdemo.storage.feature_cache import FeatureCache

Options = Mapping[str, Any]


@dataclass(frozen=True)
class NoSettings:
    """The settings of a preparation that has none."""


@dataclass(frozen=True)
class Modality:
    """One kind of input: a column of the dataset. All but the first four fields have a default.

    name: of the column. noun: what a person calls a value, such as "caption".
    encoders: name → class. default: name of the encoder used by default.
    presets: name in `mmdemo/training/presets.py` → encoder and its options, where a preset has one of its own.
    wanted: what to ask a person for. question: what choosing an encoder decides.
    colour: of its head and block, such as "#2a78d6". icon: Streamlit's name of a Material icon.
    settings: class of the settings of the preparation. missing: says whether a value, under such settings, holds
    nothing to classify by.
    types: what a value may be, and expected: the same in words. read: makes a value of what is written in a table's
    cell or on the command line. written: what is written there, and example: such a thing.
    drawn: whether a value is shown as an image.
    parts: function of (evidence, coefficients (k, d)) to what the value adds to k logits. units: of such a part.
    preparation: what its settings do to a value.
    corruptions: name → damage to a value. opened: reads a value, such as a file, once for all damage to it.
    samples: returns a few values, arrays or str, that any model can be asked about to see whether it still answers
    the same.
    digest: SHA-256 (hex) of a value's content, for fingerprints.
    likeness: which values count as equal, so that their pairs stay on one side of every split (ties), or a model may
    know one from another pair (repeats); by default nothing is tied.
    most_tied: share (0–1) of all pairs beyond which a group is too large to be tied by this modality.
    familiar: tells whether a value is like those that a model was trained on; by default it cannot.
    distinct: whether a value alone tells which pair it is of, as an image does and a caption does not.
    """

    name: str
    noun: str
    encoders: Mapping[str, type[Encoder]]
    default: str
    presets: Mapping[str, tuple[str, Options]] = field(default_factory=dict)
    wanted: str = ""
    question: str = ""
    colour: str = "#7a5195"
    icon: str = ":material/sensors:"
    settings: type = NoSettings
    missing: Callable[[Any, Any], bool] = lambda value, settings: value is None
    types: tuple[type, ...] = (object,)
    expected: str = "another type"
    read: Callable[[str], Any] = lambda written: written
    written: str = ""
    example: str = ""
    drawn: bool = False
    parts: Callable[[Evidence, np.ndarray], Part] = undivided
    units: Units = field(default_factory=Units)
    preparation: Preparation = field(default_factory=Preparation)
    corruptions: Mapping[str, Corruption] = field(default_factory=dict)
    opened: Callable[[Any], Any] = lambda value: value
    samples: Callable[[], Sequence[Any]] = lambda: ()
    digest: Callable[[Any], str] = digest_of
    likeness: Likeness = field(default_factory=Likeness)
    most_tied: float = 0.05
    familiar: Familiar = field(default_factory=Familiar)
    distinct: bool = False

    def __post_init__(self) -> None:
        """Fill in what is asked of a person where it is not given."""
        object.__setattr__(self, "written", self.written or self.title)
        object.__setattr__(self, "example", self.example or self.a_noun)
        object.__setattr__(self, "wanted", self.wanted or self.a_noun)
        object.__setattr__(self, "question", self.question or f"How {self.nouns} are read")

    @property
    def title(self) -> str:
        """A heading, such as "Caption"."""
        return self.noun.capitalize()

    @property
    def a_noun(self) -> str:
        """The noun with its article, such as "a caption"."""
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    @property
    def nouns(self) -> str:
        """The plural, such as "captions"."""
        return f"{self.noun}s"

    def check(self, value: Any) -> None:
        """Raise a ConfigError for a value of another type than those expected."""
        if not isinstance(value, self.types):
            raise ConfigError(f"Got {value!r} for the {self.name} but expected {self.expected}.")

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
        encoder: Any = self.encoder(name)
        own = {key: value for key, value in options.items() if key in encoder.options}
        rest = {key: value for key, value in options.items() if key not in own}
        built: Encoder = encoder(settings=self.read_settings(rest), **own)
        return built.set_params(cache=cache) if "cache" in built.get_params(deep=False) else built

    def read_settings(self, options: Options) -> Any:
        """Return the modality's settings with these values; raises a ConfigError for an unknown name."""
        known = [field.name for field in fields(self.settings)]
        unknown = [key for key in options if key not in known]
        if unknown:
            raise ConfigError(
                f"The {self.name} encoder has no option {unknown[0]!r}; known settings: {', '.join(known) or 'none'}."
            )
        return self.settings(**options)
