"""What a bundle is made of, wherever the model was trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.bundles.row_digests import row_digests
from mmdemo.datasets.left_out import LeftOut, kinds_of
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.model import Model
from mmdemo.training.train import TrainedModel


@dataclass(frozen=True)
class Parts:
    """What is written of a trained model and its data, without the data.

    model, held_out, fold_models, evaluation, saved_seconds: as in `TrainedModel`. notes: what a person should know.
    train_ids, digests: str (m,), row ids of training pairs and what they are recognised by in other data, see
    `row_digests`. train_features: modality → features (m, d) of these pairs. n_train: how many pairs `model` was
    fitted on; where it is more than m, those m are a sample of them.
    name, source, licence, options, limits: as in `Dataset`. fingerprint: of the dataset.
    left_out_kinds: kind of reason → how many rows are left out. left_out: those rows, or the first of them.
    """

    model: Model
    held_out: HeldOut
    fold_models: Mapping[int, Model]
    evaluation: Evaluation
    saved_seconds: float
    notes: tuple[str, ...]
    train_ids: np.ndarray
    digests: np.ndarray
    train_features: Mapping[str, Any]
    n_train: int
    name: str
    source: str
    licence: str
    options: Mapping[str, str | int | float]
    fingerprint: str
    limits: Mapping[str, float] | None
    left_out_kinds: Mapping[str, int]
    left_out: tuple[LeftOut, ...]


def parts_of(trained: TrainedModel) -> Parts:
    """Return the parts of a model that was trained here; raise an ImageError for a file that can no longer be read."""
    dataset, model = trained.dataset, trained.model
    return Parts(
        model=model,
        held_out=trained.held_out,
        fold_models=trained.fold_models,
        evaluation=trained.evaluation,
        saved_seconds=trained.saved_seconds,
        notes=trained.notes,
        train_ids=trained.train_ids,
        digests=row_digests(dataset.frame.loc[trained.train_ids], model.config),
        train_features=trained.train_features,
        n_train=len(trained.train_ids),
        name=dataset.name,
        source=dataset.source,
        licence=dataset.licence,
        options=dataset.options,
        fingerprint=dataset.fingerprint(),
        limits=dataset.limits,
        left_out_kinds=kinds_of(trained.left_out),
        left_out=trained.left_out,
    )
