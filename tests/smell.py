"""A third modality, `smell`, that the library does not know: its encoders, pairs that have one, and its registration.

A smell is the strengths of four traces: a list of floats, or a str such as "0.1 0.9 0 0.2".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Part, undivided
from mmdemo.errors import ConfigError
from mmdemo.modalities.corruption import Corruption
from mmdemo.modalities.modality import Modality, NoSettings
from mmdemo.modalities.registry import MODALITIES
from mmdemo.modalities.units import Units

TRACES = ("flowers", "wood", "smoke", "salt")
CLASSES = ("campfire", "cedar", "rose", "sea")
TRUE = 0.7
"""The share of pairs whose image (or caption, or smell) is that of their label; the others' is that of any class."""
_WIDTH = 2  # features of a trace: its strength and the square of it


def strengths(value: Any) -> np.ndarray:
    """Return a smell as float64 (4,)."""
    try:
        found = np.array(value.split() if isinstance(value, str) else value, np.float64)
    except ValueError as error:
        raise ConfigError(f"Got {value!r} for the smell but expected four numbers.") from error
    if found.shape != (len(TRACES),):
        raise ConfigError(f"Got {value!r} for the smell but expected four numbers.")
    return found


@dataclass(frozen=True)
class ExaminedSmell:
    """The evidence of one smell: features float64 (8,), two of each trace."""

    features: np.ndarray
    strengths: np.ndarray
    notes: tuple[str, ...] = ()
    additive: bool = True


class NoseEncoder(Encoder):
    """The strength of each trace and its square."""

    title = "Nose"
    name = "Nose"
    summary = "How strong each trace is."

    def __init__(self, settings: NoSettings = NoSettings()) -> None:  # noqa: B008
        self.settings = settings

    def examine(self, value: Any) -> ExaminedSmell:
        return ExaminedSmell(self.transform([value])[0].astype(np.float64), strengths(value), additive=self.additive)

    def transform(self, X: Sequence[Any]) -> np.ndarray:
        found = np.array([strengths(value) for value in X]).reshape(-1, len(TRACES))
        return np.stack([found, found**2], axis=2).reshape(len(X), -1).astype(np.float32)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        return np.array([f"{trace}{power}" for trace in TRACES for power in ("", "²")], dtype=object)


class TrainedNoseEncoder(NoseEncoder):
    """The same, less their mean over the smells that it was fitted on."""

    title = "Trained nose"
    name = "Trained nose"
    frozen = False

    def fit(self, X: Sequence[Any], y: object = None) -> Self:
        self.mean_ = super().transform(X).mean(axis=0)
        return self

    def transform(self, X: Sequence[Any]) -> np.ndarray:
        return super().transform(X) - self.mean_


class WholeNoseEncoder(NoseEncoder):
    """The same as the first, but its features count as no sum over traces."""

    title = "Whole nose"
    name = "Whole nose"
    additive = False


def smell_part(evidence: Any, coef: np.ndarray) -> Part:
    """Return what a smell adds, (k,), divided among its traces."""
    if not evidence.additive:
        return undivided(evidence, coef)
    values = (np.asarray(coef, np.float64) * evidence.features).reshape(len(coef), len(TRACES), _WIDTH).sum(axis=2)
    return Part(values.sum(axis=1), TRACES, values)


def aired(encoder: Encoder, evidence: Any, places: Collection[int]) -> ExaminedSmell | None:
    """Return the evidence without these traces."""
    left = [0.0 if place in places else float(one) for place, one in enumerate(evidence.strengths)]
    return encoder.examine(left) if any(left) else None  # type: ignore[return-value]


def is_missing(value: Any, settings: NoSettings) -> bool:
    """Return whether a smell is None, "" or has no trace."""
    return value is None or (isinstance(value, str) and not value.strip()) or not strengths(value).any()


SMELL = Modality(
    name="smell",
    noun="smell",
    encoders={"nose": NoseEncoder, "trained_nose": TrainedNoseEncoder, "whole_nose": WholeNoseEncoder},
    default="nose",
    missing=is_missing,
    types=(str, list, np.ndarray),
    expected="four numbers",
    parts=smell_part,
    units=Units(nouns="traces", removable=lambda evidence: TRACES, without=aired),
    corruptions={
        "wind": Corruption(
            "Smells in the wind", "Blown away (%)", (0, 50, 100), lambda value, level, rng: blown(value, level)
        )
    },
    samples=lambda: ("1 0 0 0", "0.2 0.8 0 0.1", "0 0 0.5 0.5"),
)
MINIMAL = Modality(name="smell", noun="smell", encoders={"nose": NoseEncoder}, default="nose", missing=is_missing)
"""The same with nothing but what a modality must have."""


def blown(value: Any, level: float) -> str:
    """Return the smell weakened by level %."""
    return " ".join(str(one * (1 - level / 100)) for one in strengths(value))


@contextmanager
def registered(smell: Modality = SMELL, alone: bool = False) -> Iterator[None]:
    """Add the smell to the modalities that there are, or let it be the only one."""
    before = dict(MODALITIES)
    try:
        if alone:
            MODALITIES.clear()
        MODALITIES[smell.name] = smell
        yield
    finally:
        MODALITIES.clear()
        MODALITIES.update(before)


def drawn(folder: Path, n: int = 80, modalities: Collection[str] = ("image", "text", "smell")) -> Dataset:
    """Draw n pairs of four classes, as many of each; a table of them stands in the folder, as data.csv.

    Each modality's value is that of the label with probability `TRUE`, independently, else that of any class.
    """
    rng = np.random.default_rng(3)
    make = {"image": lambda k, row: _image(folder / f"{row}.png", k, rng), "text": lambda k, row: _caption(k, rng)}
    make["smell"] = lambda k, row: _smell(k, rng)
    labels = np.arange(n) % len(CLASSES)
    columns: dict[str, list[str]] = {}
    for name in modalities:
        shown = np.where(rng.random(n) < TRUE, labels, rng.integers(len(CLASSES), size=n))
        columns[name] = [make[name](int(k), row) for row, k in enumerate(shown)]
    frame = pd.DataFrame({**columns, "label": [CLASSES[k] for k in labels]}, index=[f"pair {row}" for row in range(n)])
    relative = {"image": [Path(path).name for path in frame["image"]]} if "image" in frame else {}
    frame.assign(**relative).to_csv(folder / "data.csv", index=False)
    return Dataset(frame, name="smelly", source="Drawn by a test.", licence="CC0-1.0")


def pair_of(dataset: Dataset, row: int = 0, modalities: Collection[str] | None = None) -> Mapping[str, Any]:
    """Return one pair of the dataset, modality → value; of these modalities alone."""
    names = [name for name in MODALITIES if name in dataset.frame.columns]
    return {name: dataset.frame[name].iloc[row] for name in names if modalities is None or name in modalities}


def _image(path: Path, k: int, rng: np.random.Generator) -> str:
    colour = np.array([(40, 40, 220), (40, 160, 40), (220, 60, 160), (200, 160, 40)][k])
    cv2.imwrite(str(path), np.clip(colour + rng.normal(0, 25, (48, 64, 3)), 0, 255).astype(np.uint8))
    return str(path)


def _caption(k: int, rng: np.random.Generator) -> str:
    words = (("ashes", "glow"), ("trunk", "resin"), ("petals", "thorns"), ("waves", "gulls"))[k]
    return f"{rng.choice(words)} on day {rng.integers(1000)}"


def _smell(k: int, rng: np.random.Generator) -> str:
    strongest = (2, 1, 0, 3)[k]
    return " ".join(f"{one:.3f}" for one in rng.random(4) * 0.5 + 0.5 * np.eye(4)[strongest])
