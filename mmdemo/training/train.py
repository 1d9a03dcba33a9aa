"""Train: encode, choose and fit a model for every fold and one for new pairs, and answer each held-out pair once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.left_out import LeftOut
from mmdemo.encoders.coordinates import Coordinates
from mmdemo.encoders.encoder import OnProgress
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model, answered
from mmdemo.model.progress import portion
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.clock import STAGES, Clock
from mmdemo.training.doubts import doubts_of
from mmdemo.training.encoding import Encoded, Encodings
from mmdemo.training.fit_progress import FitProgress
from mmdemo.training.plan import Leave, Plan, plan_of, plan_of_all
from mmdemo.training.selection import Choice, FittedHead, Selection
from mmdemo.training.split import Prepared, columns_of, prepare

__all__ = ["STAGES", "TrainedModel", "fit_model", "train"]

_CHOOSING = 0.6  # of a fold's work, as a guess
MOST_FOLD_BYTES = 50_000_000  # of all folds' heads, and of what their encoders have learnt


@dataclass(frozen=True)
class TrainedModel:
    """The result of a training run.

    model: for new pairs; fitted on all, or where one split was asked for, on those that are not held out.
    dataset: what it was trained on. train_ids: row ids of the pairs that `model` was fitted on.
    train_features: modality → their features (m, d), for looking up the nearest pairs.
    held_out: the held-out pairs, each answered by models that had not seen it.
    fold_models: fold → those models; empty where they are `model` itself, or together larger than 50 MB.
    seconds: stage → seconds. saved_seconds: what it would have taken beyond them, roughly, had no features been kept
    from an earlier run. left_out: rows that cannot be used. notes: what a person should know.
    """

    model: Model
    dataset: Dataset
    train_ids: np.ndarray
    train_features: Mapping[str, Any]
    held_out: HeldOut
    fold_models: Mapping[int, Model]
    evaluation: Evaluation
    seconds: Mapping[str, float]
    saved_seconds: float
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def train(
    dataset: Dataset,
    config: ModelConfig,
    on_progress: OnProgress = lambda event: None,
    cache: FeatureCache | None = None,
    prepared: Prepared | None = None,
) -> TrainedModel:
    """Train a model on the dataset's pairs, and evaluate it on each held-out pair by models that had not seen it.

    on_progress: called with dicts: `{"event": "stage", "stage": "features"|"fit"|"evaluate", "done": 0–1}`, after
        each fold `{"event": "fold", "fold": i, "folds": n, "evaluation": …}` with the result so far and, for a network
        that is trained, `{"event": "epoch", "network": i, "networks": n, "epoch": j, "epochs": m, …}` and
        `{"event": "network", "doing": …, …}` before and after its epochs.
    prepared: what `prepare` returned for this dataset and configuration, if it has been called already.
    Raises DatasetError for too few pairs or classes, ImageError for an image that cannot be read.
    """
    clock, prepared = Clock(on_progress), prepared or prepare(dataset, config)
    plan = plan_of(prepared, config)
    plan.check(prepared)
    with threadpool_limits(1):  # a second thread that has to wait for a processor costs more than it brings
        run = _Run(config, prepared, plan, clock, cache)
        fold_models = run.judge()
        served = run.served()
        clock.start("evaluate")
        held_out = run.held_out()
        evaluation = evaluate(held_out)
        model = run.doubting(served)
    clock.report(1.0)
    return TrainedModel(
        model=model,
        dataset=dataset,
        train_ids=prepared.frame.index.to_numpy(str)[run.plan.rows(run.plan.served)],
        train_features=run.train_features,
        held_out=held_out,
        fold_models=fold_models,
        evaluation=evaluation,
        seconds=clock.stop(),
        saved_seconds=run.saved_seconds,
        left_out=prepared.left_out,
        notes=prepared.notes,
    )


def fit_model(prepared: Prepared, config: ModelConfig, cache: FeatureCache | None = None) -> Model:
    """Return the model fitted on all of these pairs, without holding any out; see `train`."""
    clock, plan = Clock(lambda event: None), plan_of_all(prepared, config)
    plan.check(prepared)
    with threadpool_limits(1):
        return _Run(config, prepared, plan, clock, cache).served()


class _Run:
    """One training: features once, then fold after fold, then the model for new pairs."""

    def __init__(
        self, config: ModelConfig, prepared: Prepared, plan: Plan, clock: Clock, cache: FeatureCache | None
    ) -> None:
        self.config, self.prepared, self.plan, self.clock = config, prepared, plan, clock
        self.classes, codes = np.unique(prepared.labels, return_inverse=True)
        columns = columns_of(prepared.frame, config.encoders)
        self._holds = {name: ~rows for name, rows in prepared.missing.items()}
        progress = FitProgress(clock, config, plan, len(prepared.frame), len(self.classes))
        self._report = progress.regressions
        self._encodings = Encodings(
            config, columns, prepared.missing, prepared.labels, clock.on_progress, progress.networks
        )
        clock.start("features")
        self._encodings.encode_frozen(cache, clock.report)
        self.saved_seconds = self._encodings.saved_seconds
        self._selection = Selection(config, plan, self._encodings, codes, self._holds)
        self._models: dict[Leave, Model] = {}
        self._choices: dict[Leave, dict[str, Choice]] = {}
        self._done = 0
        self._coordinates: Mapping[str, Coordinates] = {}
        self.train_features: Mapping[str, Any] = {}
        shape = len(codes), len(self.classes)
        self._logits = {head: np.zeros(shape, np.float32) for head in config.heads}
        self.probabilities = {head: np.zeros(shape, np.float32) for head in config.heads}
        clock.start("fit")

    def judge(self) -> dict[int, Model]:
        """Answer the pairs of every fold; return fold → model, for those that the bundle keeps."""
        for part in self.plan.judged:
            self._answer(part)
            self._report_fold(part)
        kept = {min(leave): model for leave, model in self._models.items() if leave != self.plan.served}
        return kept if len(kept) == len(self.plan.judged) else {}  # their vocabularies differ: all or none

    def _answer(self, part: int) -> None:
        """Answer the pairs of one fold; its matrices are gone when this returns."""
        leave, rows = frozenset({part}), np.flatnonzero(self.plan.part == part)
        encoded, heads, choices = self._fit(leave)
        logits = {}
        for name, head in heads.items():
            self._logits[name][rows] = found = head.logits(encoded, rows)
            logits[name] = found / choices[name].temperature
        holds = {name: held[rows] for name, held in self._holds.items()}
        for name, found in answered(logits, holds, self.config, self._shares(leave)).items():
            self.probabilities[name][rows] = found
        if leave == self.plan.served or self._is_kept(encoded):
            self._models[leave] = self._model(leave, encoded, heads, choices)

    def served(self) -> Model:
        """Return the model for new pairs."""
        if self.plan.served not in self._models:
            encoded, heads, choices = self._fit(self.plan.served)
            self._models[self.plan.served] = self._model(self.plan.served, encoded, heads, choices)
        return self._models[self.plan.served]

    def doubting(self, model: Model) -> Model:
        """Return the model for new pairs with what it needs to doubt its answers."""
        columns, fold = columns_of(self.prepared.frame, self.config.encoders), self.prepared.fold
        found = doubts_of(model.encoders, columns, self._features_of, self._holds, fold, self.probabilities)
        return replace(model, doubts=found)

    def held_out(self, parts: Iterable[int] | None = None) -> HeldOut:
        """Return the pairs of these parts, by default all that are held out, with every head's answers."""
        rows = np.flatnonzero(np.isin(self.plan.part, list(self.plan.judged if parts is None else parts)))
        frame, prepared = self.prepared.frame, self.prepared
        return HeldOut(
            ids=frame.index.to_numpy(str)[rows],
            labels=prepared.labels[rows],
            fold=prepared.fold[rows],
            group=np.unique(prepared.group, return_inverse=True)[1].astype(str)[rows],  # a key may tell who it is
            repeated=prepared.repeated[rows],
            classes=tuple(map(str, self.classes)),
            probabilities={head: found[rows] for head, found in self.probabilities.items()},
        )

    def _fit(self, target: Leave) -> tuple[Encoded, dict[str, FittedHead], dict[str, Choice]]:
        share = 1 / len(self.plan.targets)
        start, chosen = self._done * share, _CHOOSING if target in self.plan.judges else 0.0
        report = self._report
        choices = self._choose(target, partial(portion, report, start, share * chosen))
        fitted = partial(portion, report, start + share * chosen, share * (1 - chosen))
        encoded, heads = self._selection.fit(target, choices, fitted)
        if target == self.plan.served:
            self._coordinates = {name: kept for name, kept in encoded.coordinates.items() if kept.restorable}
            rows = self.plan.rows(target)
            self.train_features = {name: self._features_of(name, rows) for name in self._coordinates}
        self._done += 1
        report(self._done * share)
        return encoded, heads, choices

    def _choose(self, target: Leave, report: Callable[[float], None]) -> dict[str, Choice]:
        if target in self.plan.judges:
            self._choices[target] = self._selection.choose(target, report)
            return self._choices[target]
        agreed, config = self._selection.agreed, self.config
        made = {head: [choices[head] for choices in self._choices.values()] for head in config.heads}
        return {head: agreed(found, self._logits[head], config.inputs(head)) for head, found in made.items()}

    def _features_of(self, name: str, rows: np.ndarray) -> Any:
        """Return the features of some pairs, (m, d), by the encoder of the model for new pairs."""
        return self._coordinates[name][rows].features()

    def _is_kept(self, encoded: Encoded) -> bool:
        widths = {name: encoder.n_features_out for name, encoder in encoded.encoders.items()}
        numbers = sum(widths[name] for head in self.config.heads for name in self.config.inputs(head))
        learning = [encoder for encoder in encoded.encoders.values() if not encoder.frozen]
        learnt = sum(array.nbytes for encoder in learning for array in encoder.learnt().values())
        return (4 * numbers * len(self.classes) + learnt) * len(self.plan.judged) <= MOST_FOLD_BYTES

    def _shares(self, leave: Leave) -> np.ndarray:
        """Return each class's share of the pairs that a fit is made on, (k,)."""
        return np.asarray((self.prepared.labels[self.plan.rows(leave), np.newaxis] == self.classes).mean(axis=0))

    def _model(
        self, leave: Leave, encoded: Encoded, heads: Mapping[str, FittedHead], choices: Mapping[str, Choice]
    ) -> Model:
        made = {name: _head(encoded, head, choices[name]) for name, head in heads.items()}
        return Model(self.config, tuple(map(str, self.classes)), encoded.encoders, made, self._shares(leave))

    def _report_fold(self, part: int) -> None:
        so_far: Sequence[int] = self.plan.judged[: self.plan.judged.index(part) + 1]
        event = {"event": "fold", "fold": len(so_far), "folds": len(self.plan.judged)}
        self.clock.on_progress({**event, "evaluation": asdict(evaluate(self.held_out(so_far)))})


def _head(encoded: Encoded, head: FittedHead, choice: Choice) -> Head:
    coef = {name: encoded.coordinates[name].lift(rows) / choice.temperature for name, rows in head.coef.items()}
    return Head(
        coef={name: rows.astype(np.float32) for name, rows in coef.items()},
        intercept=head.intercept / choice.temperature,
        C=choice.C,
        temperature=choice.temperature,
        weights=head.factors,
    )
