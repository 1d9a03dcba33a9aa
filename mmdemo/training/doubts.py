"""Learn when to doubt a model's answers, from held-out pairs only."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.familiar import FALSE_ALARMS, Judge
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Doubts, agreement_limit, overlap

FeaturesOf = Callable[[str, np.ndarray], np.ndarray]


def doubts_of(
    encoders: Mapping[str, Encoder],
    columns: Mapping[str, Sequence[Any]],
    features_of: FeaturesOf,
    holds: Mapping[str, np.ndarray],
    fold: np.ndarray,
    probabilities: Mapping[str, np.ndarray],
) -> Doubts:
    """Return when to warn: each warning names at most `FALSE_ALARMS` of the pairs that were held out.

    columns: modality → n values. features_of: function of modality and some of their places to features (m, d).
    holds: modality → bool (n,). fold: int (n,), in which each pair is held out, or −1.
    probabilities: head → (n, k), of models that had not seen the pair.
    """
    judges = {}
    for name, encoder in encoders.items():
        if judge := _judge(name, encoder, columns[name], partial(features_of, name), holds[name], fold):
            judges[name] = judge
        encoder.rest()  # the next one's network takes memory
    pairs = list(combinations([name for name in encoders if name in probabilities], 2))
    agreement = {}
    for one, other in pairs:
        rows = holds[one] & holds[other] & (fold >= 0)
        overlaps = overlap(probabilities[one][rows], probabilities[other][rows])
        agreement[f"{one}+{other}"] = agreement_limit(overlaps, FALSE_ALARMS / len(pairs))
    return Doubts({pair: limit for pair, limit in agreement.items() if limit}, judges)


def _judge(
    name: str,
    encoder: Encoder,
    values: Sequence[Any],
    features_of: Callable[[np.ndarray], np.ndarray],
    holds: np.ndarray,
    fold: np.ndarray,
) -> Judge | None:
    familiar = MODALITIES[name].familiar
    if not familiar.learn or not familiar.applies(encoder):
        return None
    if np.count_nonzero(holds & (fold >= 0)) < familiar.fewest:
        return None
    rows = np.flatnonzero(holds)
    if len(rows) > familiar.most:
        rows = np.sort(np.random.default_rng(0).choice(rows, familiar.most, replace=False))
    if not familiar.traits:
        return familiar.learn(encoder, features_of(rows), fold[rows])
    return familiar.learn(encoder, familiar.traits(encoder, [values[i] for i in rows.tolist()]), fold[rows])
