"""The blocks of a fused vector: which columns each encoder fills."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.registry import MODALITIES


@dataclass(frozen=True)
class Columns:
    """The columns [start, stop) of a modality's features that one encoder fills, and the encoder's name."""

    modality: str
    encoder: str
    start: int
    stop: int

    @property
    def title(self) -> str:
        """Their title."""
        return f"{MODALITIES[self.modality].title} ({self.encoder})"


def columns_of(encoders: Mapping[str, Encoder]) -> tuple[Columns, ...]:
    """Return the blocks of fitted encoders modality → encoder, in the order of the fused vector."""
    found = []
    for modality, encoder in encoders.items():
        start = 0
        for part in encoder.parts:
            stop = start + part.n_features_out
            found.append(Columns(modality, part.name, start, stop))
            start = stop
    return tuple(found)
