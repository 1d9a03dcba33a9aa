"""Which training pairs are most like this one, as the model sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.bundles.bundle import Bundle
from mmdemo.model.config import FUSED


@dataclass(frozen=True)
class Neighbour:
    """A training pair: its row id, and its cosine with the pair asked about (−1…1)."""

    row_id: str
    cosine: float


def nearest(bundle: Bundle, evidence: Mapping[str, Any], count: int = 6) -> list[Neighbour]:
    """Return the training pairs with the highest cosine in the space that the answering head works in, best first.

    evidence: what `Model.examine` found. Blocks are weighted as in the head. Empty where the bundle keeps no features
    of the training pairs (very wide encoders).
    """
    head = bundle.model.heads[
        FUSED if set(evidence) == set(bundle.model.encoders) and len(evidence) > 1 else next(iter(evidence))
    ]
    kept = bundle.train_features()
    if not set(head.coef) <= set(kept):
        return []
    rows = sparse.hstack([sparse.csr_matrix(kept[name]) * head.weights[name] for name in head.coef], format="csr")
    asked = np.concatenate([np.asarray(evidence[name].features) * head.weights[name] for name in head.coef])
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()) * np.linalg.norm(asked)
    cosines = np.asarray(rows @ asked).ravel() / np.maximum(lengths, 1e-12)
    best = np.argsort(-cosines, kind="stable")[:count]
    ids = bundle.train_ids()
    return [Neighbour(str(ids[i]), float(cosines[i])) for i in best]
