"""Learn when to doubt a model's answers, from held-out pairs only."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.familiar import FALSE_ALARMS
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Doubts, agreement_limit, overlap
from mmdemo.training.looks import Looked


def doubts_of(
    encoders: Mapping[str, Encoder],
    looked: Mapping[str, Looked],
    holds: Mapping[str, np.ndarray],
    fold: np.ndarray,
    probabilities: Mapping[str, np.ndarray],
) -> Doubts:
    """Return when to warn: each warning names at most `FALSE_ALARMS` of the pairs that were held out.

    looked: modality → what was looked at of n values. holds: modality → bool (n,). fold: int (n,), in which each pair
    is held out, or −1. probabilities: head → (n, k), of models that had not seen the pair.
    """
    judges = {}
    for name, found in looked.items():
        learn = MODALITIES[name].familiar.learn
        if learn and (judge := learn(encoders[name], found.traits, fold[found.rows])):
            judges[name] = judge
    pairs = list(combinations([name for name in encoders if name in probabilities], 2))
    agreement = {}
    for one, other in pairs:
        rows = holds[one] & holds[other] & (fold >= 0)
        overlaps = overlap(probabilities[one][rows], probabilities[other][rows])
        agreement[f"{one}+{other}"] = agreement_limit(overlaps, FALSE_ALARMS / len(pairs))
    return Doubts({pair: limit for pair, limit in agreement.items() if limit}, judges)
