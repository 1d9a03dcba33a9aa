"""The features of all pairs, by encoders that were fitted on some of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder, Lift, OnProgress
from mmdemo.encoders.gaps import transformed, with_gaps
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache


@dataclass(frozen=True)
class Encoded:
    """The features of n pairs.

    encoders: modality → fitted encoder. features: modality → (n, r), zero where a pair lacks the modality.
    lifts: modality → the map from weights (k, r) of these features to those (k, d) of the encoder's own.
    """

    encoders: Mapping[str, Encoder]
    features: Mapping[str, Any]
    lifts: Mapping[str, Lift]


class Encodings:
    """The features of n pairs for any choice of pairs to fit the encoders on; frozen ones are computed once.

    columns: modality → n values. missing: modality → bool (n,). labels: (n,).
    """

    def __init__(
        self,
        config: ModelConfig,
        columns: Mapping[str, Sequence[Any]],
        missing: Mapping[str, np.ndarray],
        labels: np.ndarray,
        on_progress: OnProgress,
    ) -> None:
        self.config, self.labels = config, labels
        self.classes = len(np.unique(labels))
        self._columns, self._missing, self._on_progress = columns, missing, on_progress
        self._frozen: dict[str, tuple[Encoder, Any, Lift]] = {}
        self._parts: dict[str, Mapping[str, np.ndarray]] = {}
        self._trained: dict[tuple[str, bytes], tuple[Encoder, Any]] = {}

    def encode_frozen(self, cache: FeatureCache | None, report: Callable[[float], None]) -> None:
        """Compute what depends on no other pair. report: called with the share that is done (0–1)."""
        for name in self.config.encoders:
            encoder = self.config.build_encoder(name, cache)
            values = [self._columns[name][i] for i in np.flatnonzero(~self._missing[name]).tolist()]
            if encoder.frozen:
                fitted = encoder.fit_reporting(values, None, self._on_progress)
                found, lift = fitted.gram_coordinates(values, report)
                self._frozen[name] = fitted, with_gaps(found, self._missing[name]), lift
            else:
                self._parts[name] = encoder.frozen_features(values, cache, report)
            encoder.rest()  # the regressions take memory next
        report(1.0)

    def fitted_on(self, rows: np.ndarray) -> Encoded:
        """Return all pairs' features by encoders fitted on some: bool (n,)."""
        encoders: dict[str, Encoder] = {}
        features, lifts = {}, {}
        for name in self.config.encoders:
            if name in self._frozen:
                encoders[name], features[name], lifts[name] = self._frozen[name]
            else:
                encoders[name], features[name] = self._fitted(name, rows)
                lifts[name] = _unchanged
        return Encoded(encoders, features, lifts)

    def _fitted(self, name: str, rows: np.ndarray) -> tuple[Encoder, Any]:
        key = name, rows.tobytes()
        if key in self._trained:
            return self._trained[key]
        present = ~self._missing[name]
        chosen = np.flatnonzero(rows & present)
        encoder = self.config.build_encoder(name)
        encoder.fit_reporting([self._columns[name][i] for i in chosen.tolist()], self.labels[chosen], self._on_progress)
        found = encoder, transformed(encoder, self._columns[name], self._missing[name], self._parts.get(name))
        if encoder.trained:  # a network takes minutes, its features little memory
            self._trained[key] = found
        return found


def _unchanged(coef: np.ndarray) -> np.ndarray:
    return coef
