"""Train: split, encode, select, fit three heads, and evaluate them on the held-out pairs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.encoder import Encoder, Lift, OnProgress
from mmdemo.encoders.gram_coordinates import Block
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model
from mmdemo.model.regression import LinearProblem
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.selection import Choice, choose
from mmdemo.training.split import Prepared, columns_of, prepare

STAGES = {
    "load": "Loading the data",
    "features": "Encoding images and captions",
    "fit": "Fitting the models",
    "evaluate": "Evaluating on the held-out pairs",
}
"""The stages of a run that progress events name, in order, and their titles."""


@dataclass(frozen=True)
class TrainedModel:
    """The result of a training run: the model, its training and held-out pairs, and its answers to the latter.

    dataset: what it was trained on.
    train_ids, test_ids: row ids.
    train_features: modality → the training pairs' features (n, d), for looking up the nearest pairs.
    test_labels: (n,) of str. test_probabilities: head → (n, k).
    seconds: stage → seconds. notes: rows left out, and why.
    """

    model: Model
    dataset: Dataset
    train_ids: np.ndarray
    test_ids: np.ndarray
    train_features: Mapping[str, Any]
    test_labels: np.ndarray
    test_probabilities: Mapping[str, np.ndarray]
    evaluation: Evaluation
    seconds: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def held_out(self) -> HeldOut:
        """The held-out pairs, with every head's answers."""
        return HeldOut(self.test_ids, self.test_labels, self.model.classes, self.test_probabilities)


def train(
    dataset: Dataset,
    config: ModelConfig,
    on_progress: OnProgress = lambda event: None,
    cache: FeatureCache | None = None,
    prepared: Prepared | None = None,
) -> TrainedModel:
    """Train a model on the dataset's training pairs and evaluate it on the others.

    on_progress: called with dicts: `{"event": "stage", "stage": "features"|"fit"|"evaluate", "done": 0–1}` and, for a
        network that is trained, `{"event": "epoch", …}`.
    prepared: what `prepare` returned for this dataset and configuration, if it has been called already.
    Raises DatasetError for too few pairs or classes, ImageError for an image that cannot be read.
    """
    clock = _Clock(on_progress)
    prepared = prepared or prepare(dataset, config)
    frame, rows, held_out = prepared.frame, prepared.rows, prepared.held_out
    columns, labels = columns_of(frame.iloc[rows], config), frame["label"].to_numpy(str)[rows]

    model, features = _fit(columns, labels, config, clock, cache)
    clock.start("evaluate")
    test_labels = frame["label"].to_numpy(str)[held_out]
    probabilities = model.probabilities(columns_of(frame.iloc[held_out], config))
    test_ids = frame.index.to_numpy(str)[held_out]
    evaluation = evaluate(HeldOut(test_ids, test_labels, model.classes, probabilities))
    clock.report(1.0)
    return TrainedModel(
        model=model,
        dataset=dataset,
        train_ids=frame.index.to_numpy(str)[rows],
        test_ids=test_ids,
        train_features=features,
        test_labels=test_labels,
        test_probabilities=probabilities,
        evaluation=evaluation,
        seconds=clock.stop(),
        notes=prepared.notes,
    )


def fit_model(
    columns: Mapping[str, list[Any]], labels: np.ndarray, config: ModelConfig, cache: FeatureCache | None = None
) -> Model:
    """Return the model trained on all of these n rows: modality → values, labels (n,) of str; see `train`."""
    return _fit(columns, labels, config, _Clock(lambda event: None), cache)[0]


def _fit(
    columns: Mapping[str, list[Any]],
    labels: np.ndarray,
    config: ModelConfig,
    clock: "_Clock",
    cache: FeatureCache | None,
) -> tuple[Model, dict[str, Any]]:
    """Return the model, and the features that it was fitted on."""
    clock.start("features")
    encoders, features, lifts = _encode(config, columns, labels, cache, clock)
    clock.start("fit")
    with threadpool_limits(1):  # matrices this small take longer on several threads
        frozen = {name: features[name] for name in config.encoders if encoders[name].frozen}
        choices = choose(config, columns, frozen, labels, clock.on_progress, clock.report)
        blocks = {name: Block(block) for name, block in features.items()}
        heads = {head: _fit_head(choices[head], blocks, lifts, labels) for head in config.heads}
    return Model(config, tuple(str(label) for label in np.unique(labels)), encoders, heads), features


def _encode(
    config: ModelConfig,
    columns: Mapping[str, list[Any]],
    labels: np.ndarray,
    cache: FeatureCache | None,
    clock: "_Clock",
) -> tuple[dict[str, Encoder], dict[str, Any], dict[str, Lift]]:
    encoders: dict[str, Encoder] = {}
    features, lifts = {}, {}
    for name in config.encoders:
        encoder = config.build_encoder(name, cache)
        encoders[name] = encoder.fit_reporting(columns[name], labels, clock.on_progress)
        features[name], lifts[name] = encoders[name].gram_coordinates(columns[name], clock.report)
    clock.report(1.0)
    return encoders, features, lifts


def _fit_head(choice: Choice, blocks: Mapping[str, Block], lifts: Mapping[str, Lift], labels: np.ndarray) -> Head:
    factors = {name: weight * blocks[name].factor for name, weight in choice.weights.items()}
    fit = LinearProblem({name: blocks[name] for name in factors}, factors, labels).fit(choice.C)
    return Head(
        coef={name: (lifts[name](coef) / choice.temperature).astype(np.float32) for name, coef in fit.coef.items()},
        intercept=fit.intercept / choice.temperature,
        threshold=choice.threshold,
        C=choice.C,
        temperature=choice.temperature,
        weights=factors,
    )


class _Clock:
    """Measure the seconds of each stage, and report progress as it happens."""

    def __init__(self, on_progress: OnProgress) -> None:
        self.on_progress = on_progress
        self._seconds: dict[str, float] = {}
        self._stage, self._since = "", time.perf_counter()

    def start(self, stage: str) -> None:
        self.stop()
        self._stage = stage
        self.report(0.0)

    def report(self, done: float) -> None:
        self.on_progress({"event": "stage", "stage": self._stage, "done": round(done, 4)})

    def stop(self) -> dict[str, float]:
        now = time.perf_counter()
        if self._stage:
            self._seconds[self._stage] = now - self._since
        self._since = now
        return dict(self._seconds)
