"""How a pair's features are joined, and what each block adds to the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.encoders.variances import total_variance
from mmdemo.model.model import Head, Model, Prediction
from mmdemo.walkthrough.blocks import Columns, columns_of


@dataclass(frozen=True)
class FusedBlock:
    """One block of the fused vector.

    values: this pair's features after scaling, float (d,). factor: the factor that scaled them.
    before, after: the block's share (0–1) of the variance over the training pairs, before and after scaling.
    parts: what the block adds to each class's logit, float64 (k,).
    """

    columns: Columns
    values: np.ndarray
    factor: float
    before: float
    after: float
    parts: np.ndarray


@dataclass(frozen=True)
class FusedWalk:
    """One pair's fused vector and its logits: for each class (k), intercept + Σ blocks' parts = logit."""

    blocks: tuple[FusedBlock, ...]
    classes: tuple[str, ...]
    intercept: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray

    @property
    def length(self) -> int:
        """The number of features in the fused vector."""
        return sum(len(block.values) for block in self.blocks)

    def top(self, count: int) -> list[int]:
        """Return the indices of the likeliest classes, best first."""
        return [int(k) for k in np.argsort(-self.logits, kind="stable")[:count]]


def walk_fused(
    model: Model, evidence: Mapping[str, Evidence], prediction: Prediction, train_features: Mapping[str, Any]
) -> FusedWalk:
    """Return the fused vector of the evidence from `Model.examine`, as the answering head reads it.

    train_features: modality → features (n, d) of the training pairs, if they were kept.
    """
    head = model.heads[prediction.head]
    columns = [part for part in columns_of(model.encoders) if part.modality in head.coef]
    variances = {part: _variance(part, head, train_features) for part in columns}
    return FusedWalk(
        blocks=tuple(_block(part, head, evidence[part.modality].features, variances) for part in columns),
        classes=model.classes,
        intercept=head.intercept,
        logits=prediction.logits,
        probabilities=prediction.probabilities,
    )


def _block(part: Columns, head: Head, features: np.ndarray, variances: Mapping[Columns, float]) -> FusedBlock:
    own, coef = features[part.start : part.stop], head.coef[part.modality][:, part.start : part.stop]
    scaled = {other: variance * head.weights[other.modality] ** 2 for other, variance in variances.items()}
    return FusedBlock(
        columns=part,
        values=own * head.weights[part.modality],
        factor=head.weights[part.modality],
        before=variances[part] / (sum(variances.values()) or 1.0),  # nothing varies: all shares are 0
        after=scaled[part] / (sum(scaled.values()) or 1.0),
        parts=coef.astype(np.float64) @ own,
    )


def _variance(part: Columns, head: Head, train_features: Mapping[str, Any]) -> float:
    # A block too wide to keep (article_cnn) has the weight 1, so its factor gives its variance.
    if part.modality not in train_features:
        return float(head.weights[part.modality] ** -2)
    return total_variance(train_features[part.modality][:, part.start : part.stop])
