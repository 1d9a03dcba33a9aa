"""Learn when to doubt a model's answers, from held-out pairs only."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.familiar import FALSE_ALARMS, Judge
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Doubts, agreement_limit, overlap


def doubts_of(
    encoders: Mapping[str, Encoder],
    columns: Mapping[str, Sequence[Any]],
    holds: Mapping[str, np.ndarray],
    fold: np.ndarray,
    probabilities: Mapping[str, np.ndarray],
) -> Doubts:
    """Return when to warn: each warning names at most `FALSE_ALARMS` of the pairs that were held out.

    columns: modality → n values. holds: modality → bool (n,). fold: int (n,), in which each pair is held out, or −1.
    probabilities: head → (n, k), of models that had not seen the pair.
    """
    judges = {}
    for name, encoder in encoders.items():
        if judge := _judge(name, encoder, columns[name], holds[name], fold):
            judges[name] = judge
    pairs = list(combinations([name for name in encoders if name in probabilities], 2))
    agreement = {}
    for one, other in pairs:
        rows = holds[one] & holds[other] & (fold >= 0)
        overlaps = overlap(probabilities[one][rows], probabilities[other][rows])
        agreement[f"{one}+{other}"] = agreement_limit(overlaps, FALSE_ALARMS / len(pairs))
    return Doubts({pair: limit for pair, limit in agreement.items() if limit}, judges)


def _judge(name: str, encoder: Encoder, values: Sequence[Any], holds: np.ndarray, fold: np.ndarray) -> Judge | None:
    familiar = MODALITIES[name].familiar
    if not familiar.traits or not familiar.learn or not familiar.applies(encoder):
        return None
    if np.count_nonzero(holds & (fold >= 0)) < familiar.fewest:
        return None
    rows = np.flatnonzero(holds)
    if len(rows) > familiar.most:
        rows = np.sort(np.random.default_rng(0).choice(rows, familiar.most, replace=False))
    return familiar.learn(encoder, familiar.traits(encoder, [values[i] for i in rows.tolist()]), fold[rows])
