"""The features of all pairs, by encoders that were fitted on some of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.coordinates import Block, Coordinates, principal_coordinates, side_by_side
from mmdemo.encoders.encoder import Encoder, Fitter, Lift, OnProgress, unchanged
from mmdemo.encoders.gaps import with_gaps
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.model.config import ModelConfig
from mmdemo.model.progress import portion
from mmdemo.storage.feature_cache import HAD, FeatureCache
from mmdemo.training.networks import Networks


@dataclass(frozen=True)
class Encoded:
    """The features of n pairs.

    encoders: modality → fitted encoder. coordinates: modality → what heads are fitted on, zero where a pair lacks it.
    """

    encoders: Mapping[str, Encoder]
    coordinates: Mapping[str, Coordinates]
    _blocks: dict[tuple[str, bytes], Block] = field(default_factory=dict)
    _lock: AbstractContextManager[Any] = field(default_factory=Lock)

    def block(self, name: str, rows: np.ndarray) -> Block:
        """Return one modality's block of some pairs, bool (n,); what heads derive from it, they share."""
        key = name, rows.tobytes()
        with self._lock:
            if key not in self._blocks:
                self._blocks[key] = Block(self.coordinates[name][rows])
        return self._blocks[key]


class Encodings:
    """The features of n pairs for any choice of pairs to fit the encoders on; what is frozen is computed once.

    columns: modality → n values. missing: modality → bool (n,). labels: (n,).
    saved_seconds: what it would have taken, roughly, to compute the features that were kept from before.
    """

    def __init__(
        self,
        config: ModelConfig,
        columns: Mapping[str, Sequence[Any]],
        missing: Mapping[str, np.ndarray],
        labels: np.ndarray,
        on_progress: OnProgress,
        networks: Networks | None = None,
    ) -> None:
        self.config, self.labels = config, labels
        self.classes = len(np.unique(labels))
        self.saved_seconds = 0.0
        self._columns, self._missing = columns, missing
        self._on_progress = on_progress
        self._networks = networks or Networks(1, on_progress, lambda done: None)
        self._frozen: dict[tuple[str, int], tuple[Encoder, Coordinates]] = {}
        self._fitters: dict[tuple[str, int], Fitter] = {}
        self._trained: dict[tuple[str, int, bytes], tuple[Encoder, Coordinates]] = {}

    def encode_frozen(self, cache: FeatureCache | None, report: Callable[[float], None]) -> None:
        """Compute what depends on no other pair. report: called with the share that is done (0–1)."""
        parts = {
            (name, place): part
            for name in self.config.encoders
            for place, part in enumerate(self.config.build_encoder(name, cache).parts)
            if part.frozen
        }
        pairs = len(self.labels)
        seconds = {key: part.cost.total_seconds(pairs, pairs) + 0.1 for key, part in parts.items()}
        done, whole = 0.0, sum(seconds.values())
        for key, part in parts.items():
            reported = partial(portion, report, done / whole, seconds[key] / whole)
            self._frozen[key] = self._encode(key[0], part, cache, reported)
            done += seconds[key]
        report(1.0)

    def take(self, modality: str, place: int, part: Encoder, features: np.ndarray) -> None:
        """Take over the features of a frozen part, (m, d), of the pairs that hold the modality, computed elsewhere."""
        self._frozen[modality, place] = part, _coordinates(features, unchanged, self._missing[modality])

    def fitted_on(self, rows: np.ndarray) -> Encoded:
        """Return all pairs' features by encoders fitted on some: bool (n,)."""
        encoders: dict[str, Encoder] = {}
        coordinates = {}
        for name in self.config.encoders:
            encoder = self.config.build_encoder(name)
            found = [self._part(name, place, part, rows) for place, part in enumerate(encoder.parts)]
            parts = [part for part, _ in found]
            encoders[name] = encoder.of_parts(parts) if isinstance(encoder, SideBySideEncoder) else parts[0]
            coordinates[name] = side_by_side([part for _, part in found])
        return Encoded(encoders, coordinates)

    def _encode(
        self, name: str, part: Encoder, cache: FeatureCache | None, report: Callable[[float], None]
    ) -> tuple[Encoder, Coordinates]:
        values = self._values(name)
        if cache is not None and "cache" in part.get_params(deep=False):
            part.set_params(cache=cache)
        had = cache.asked[HAD] if cache else 0
        fitted = part.fit_reporting(values, None, self._on_progress)
        found, lift = fitted.gram_coordinates(values, report)
        self.saved_seconds += part.cost.seconds_a_row * ((cache.asked[HAD] if cache else 0) - had)
        part.rest()  # the regressions take memory next
        return fitted, _coordinates(found, lift, self._missing[name])

    def _part(self, name: str, place: int, part: Encoder, rows: np.ndarray) -> tuple[Encoder, Coordinates]:
        if (name, place) in self._frozen:
            return self._frozen[name, place]
        key = name, place, rows.tobytes()
        if key in self._trained:
            return self._trained[key]
        present = ~self._missing[name]
        if (name, place) not in self._fitters:
            labels = self.labels[present]
            told = self._networks.tell if part.trained else self._on_progress
            self._fitters[name, place] = part.fitter(self._values(name), labels, told)
        if part.trained:
            self._networks.begin()
        encoder, features = self._fitters[name, place](rows[present])
        found = encoder, _coordinates(features, unchanged, self._missing[name])
        if part.trained:
            self._networks.end()
            self._trained[key] = found  # a network takes minutes, its features little memory
        return found

    def _values(self, name: str) -> list[Any]:
        return [self._columns[name][i] for i in np.flatnonzero(~self._missing[name]).tolist()]


def _coordinates(features: Any, lift: Lift, missing: np.ndarray) -> Coordinates:
    """Return the coordinates of all pairs, from the features of those that hold something."""
    restorable = lift is unchanged
    if restorable and not sparse.issparse(features):
        features, lift = principal_coordinates(features)
    return Coordinates((with_gaps(features, missing),), (lift,), restorable)
