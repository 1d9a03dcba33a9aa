"""Folds of the training pairs, on which everything that a fit does not learn is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, StratifiedShuffleSplit

from mmdemo.encoders.encoder import OnProgress
from mmdemo.encoders.gram_coordinates import Block
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import copies

_FOLDS = 5


@dataclass(frozen=True)
class Fold:
    """One fold of the training pairs, encoded by encoders that have not seen the fold's held-out pairs.

    fitted: modality → features of the m pairs to fit on. labels: (m,). unseen: modality → features of the held-out
    pairs. held_out: their positions.
    """

    fitted: Mapping[str, Block]
    unseen: Mapping[str, Any]
    labels: np.ndarray
    held_out: np.ndarray


def encoded_folds(
    config: ModelConfig,
    columns: Mapping[str, Sequence[Any]],
    frozen: Mapping[str, Any],
    labels: np.ndarray,
    on_progress: OnProgress,
) -> list[Fold]:
    """Return the folds with their features; encoders that are not frozen are fitted inside each fold.

    columns: modality → its n values. frozen: modality → (n, d) features that depend on no other pair. labels: (n,).
    """
    encoded = []
    for rows, held_out in folds(config, labels, _groups(columns, len(labels))):
        fitted, unseen = {}, {}
        for name in config.encoders:
            if name in frozen:
                fitted[name], unseen[name] = Block(frozen[name][rows]), frozen[name][held_out]
                continue
            encoder = config.build_encoder(name)
            encoder.fit_reporting([columns[name][i] for i in rows], labels[rows], on_progress)
            fitted[name] = Block(encoder.transform([columns[name][i] for i in rows]))
            unseen[name] = encoder.transform([columns[name][i] for i in held_out])
        encoded.append(Fold(fitted, unseen, labels[rows], held_out))
    return encoded


def _groups(columns: Mapping[str, Sequence[Any]], n: int) -> np.ndarray | None:
    """Return a number for each pair, equal for copies of it, or None where no pair has a copy."""
    group = copies(columns.get("image", range(n)), columns.get("text", [""] * n))
    return group if len(np.unique(group)) < n else None


def folds(
    config: ModelConfig, labels: np.ndarray, groups: np.ndarray | None = None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each fold's positions of the pairs to fit on and of the held-out pairs, stratified by class.

    Every class of the labels (n,) needs at least two pairs. groups: (n,); pairs of one number stay together, except
    where a network is trained.
    """
    counts = np.unique(labels, return_counts=True)[1]
    if any(is_trained(config, name) for name in config.encoders):  # one network instead of five
        held_out = max(round(len(labels) / _FOLDS), len(counts))
        return list(StratifiedShuffleSplit(1, test_size=held_out, random_state=config.seed).split(labels, labels))
    if groups is not None and len(np.unique(groups)) >= _FOLDS:
        grouped = StratifiedGroupKFold(min(_FOLDS, int(counts.min())), shuffle=True, random_state=config.seed)
        return list(grouped.split(labels, labels, groups))
    splitter = StratifiedKFold(min(_FOLDS, int(counts.min())), shuffle=True, random_state=config.seed)
    return list(splitter.split(labels, labels))


def is_trained(config: ModelConfig, modality: str) -> bool:
    """Return whether the modality's encoder is fitted on the labels."""
    return MODALITIES[modality].encoder(config.encoders[modality]).trained
