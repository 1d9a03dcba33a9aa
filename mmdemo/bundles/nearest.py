"""The training pairs most similar to a pair, as the model sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.model.heads import best_informed


@dataclass(frozen=True)
class Neighbour:
    """A training pair: its row id, and its cosine with the given pair (−1…1)."""

    row_id: str
    cosine: float


def nearest(bundle: Bundle, evidence: Mapping[str, Any], count: int = 6) -> list[Neighbour]:
    """Return the training pairs with the highest cosine in the feature space of the answering head, best first.

    evidence: what `Model.examine` found. Blocks are weighted as in the head. Empty where the bundle keeps no features
    of the training pairs (very wide encoders).
    """
    head = bundle.model.heads[best_informed(bundle.model.heads_for(evidence))]
    rows = bundle.train_features
    if not set(head.coef) <= set(rows):
        return []
    products, squares, asked = np.zeros(len(bundle.train_ids)), np.zeros(len(bundle.train_ids)), 0.0
    for name in head.coef:  # a block times w has w² times the products and squares
        features, weight = evidence[name].features.astype(np.float64), head.weights[name] ** 2
        products += weight * rows.products(name, features)
        squares += weight * rows.squares[name]
        asked += weight * float(features @ features)
    cosines = products / np.maximum(np.sqrt(squares * asked), 1e-12)
    best = np.argsort(-cosines, kind="stable")[:count]
    return [Neighbour(str(bundle.train_ids[i]), float(cosines[i])) for i in best]
