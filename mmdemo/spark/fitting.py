"""Fit the models of a training on Spark: words, scales, settings and regressions, all on training pairs alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mmdemo.encoders.encoder import Encoder
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model
from mmdemo.model.progress import Report
from mmdemo.spark.axes import Products, products_of
from mmdemo.spark.blocks import blocks_of
from mmdemo.spark.choosing import choices_on
from mmdemo.spark.features import Part, holds
from mmdemo.spark.progress import Stages
from mmdemo.spark.regression import Regression, check_memory, fit_on_spark
from mmdemo.spark.scoring import logits_of
from mmdemo.spark.split import LABEL, Split
from mmdemo.spark.sums import Sums, factors_of, sums_of
from mmdemo.spark.training_pairs import TrainingPairs, training_pairs
from mmdemo.spark.vocabulary import fitted_encoders
from mmdemo.training.head_problem import of_all_classes
from mmdemo.training.selection import Choice, best_temperature, judging

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Fitted:
    """The models of one fit.

    model: calibrated. choices: head → its settings. n_train: pairs that it was fitted on. judging: of `lot`, below
    which training pairs judge the temperature and were not fitted on. steps: of the regression of each head.
    notes: what a person should know.
    """

    model: Model
    choices: Mapping[str, Choice]
    n_train: int
    judging: float
    passes: int
    notes: tuple[str, ...]


class Fitting:
    """Fits one model for each fold that is held out, and one for new pairs."""

    def __init__(
        self, spark: "SparkSession", pairs: "DataFrame", split: Split, config: ModelConfig, stages: Stages
    ) -> None:
        self._spark, self._pairs, self._split, self._config, self._stages = spark, pairs, split, config, stages

    def judge(self) -> dict[int, Fitted]:
        """Return fold → the models that have not seen it."""
        return {fold: self._fit(fold) for fold in self._split.folds}

    def served(self, judged: Mapping[int, Fitted]) -> Fitted:
        """Return the models for new pairs: those of the one split, else others, fitted on all."""
        if self._config.n_folds == 1:
            return judged[0]
        made = {head: [one.choices[head] for one in judged.values()] for head in self._config.heads}
        return self._fit(None, {head: _agreed(choices) for head, choices in made.items()})

    def _fit(self, fold: int | None, choices: Mapping[str, Choice] | None = None) -> Fitted:
        config, stages = self._config, self._stages
        with stages.stage("words"):
            training = training_pairs(self._pairs, self._split, config, fold, judged=choices is None)
            encoders, notes = fitted_encoders(training.rows, config, len(self._split.classes))
            check_memory(encoders, len(self._split.classes))
        with stages.stage("choose"):
            chosen = choices or choices_on(training.sample, encoders, config)
        with stages.stage("scale"):
            sums, products = sums_of(training.rows, encoders), products_of(training.rows, encoders)
        done = _Share()
        with stages.stage("fit", done):
            heads, passes = self._heads(training, encoders, sums, products, chosen, done.tell)
        counts = training.holding(tuple(encoders))
        whole = sum(counts.values())
        shares = np.array([counts.get(label, 0) / whole for label in self._split.classes])
        model = Model(config, self._split.classes, encoders, heads, shares)
        if training.judges is not None:
            chosen = _tempered(chosen, training.judges, model)
        return Fitted(_calibrated(model, chosen), chosen, whole, training.share, passes, notes)

    def _heads(
        self,
        training: TrainingPairs,
        encoders: Mapping[str, Encoder],
        sums: Mapping[Part, Sums],
        products: Mapping[str, Products],
        chosen: Mapping[str, Choice],
        report: Report,
    ) -> tuple[dict[str, Head], int]:
        """Return the heads, not calibrated, and how many passes over the rows their regressions took."""
        classes, wanted = np.array(self._split.classes), {}
        for head in self._config.heads:
            names = self._config.inputs(head)
            counts = training.holding(names)
            count = sum(counts.values())
            known = np.isin(classes, sorted(counts))
            wanted[head] = Regression(factors_of(sums, names, count), chosen[head].C, count, known)
        whole = sum(training.counts.values())
        columns = {name: one.columns(whole, _felt(name, wanted.values())) for name, one in products.items()}
        codes = {label: code for code, label in enumerate(self._split.classes)}
        blocks = blocks_of(training.rows, whole, encoders, columns, codes)
        try:
            fits, passes = fit_on_spark(blocks, columns, list(wanted.values()), report)
        finally:
            blocks.unpersist()
        heads = {}
        for (head, one), fit in zip(wanted.items(), fits, strict=True):
            found = of_all_classes(fit, len(classes), one.factors)
            coef = {name: rows.astype(np.float32) for name, rows in found.coef.items()}
            heads[head] = Head(coef, found.intercept, one.C, 1.0, one.factors)
        return heads, passes


class _Share:
    """The share of the regressions that is done."""

    def __init__(self) -> None:
        self._done = 0.0

    def tell(self, done: float) -> None:
        self._done = done

    def __call__(self) -> float:
        return self._done


def _felt(name: str, regressions: Iterable[Regression]) -> float:
    return max(one.C * one.factors[name] ** 2 for one in regressions if name in one.factors)


def _tempered(choices: Mapping[str, Choice], judges: pa.Table, model: Model) -> dict[str, Choice]:
    """Return the settings with temperatures chosen by answers to rows that the regressions have not seen."""
    held, logits = holds(judges, model.encoders), logits_of(judges, model)
    codes = np.searchsorted(np.array(model.classes), np.array(judges.column(LABEL).to_pylist(), dtype=str))
    found = {}
    for head, choice in choices.items():
        rows = judging([held[name] for name in model.config.inputs(head)])
        found[head] = replace(choice, temperature=best_temperature(logits[head][rows], codes[rows]))
    return found


def _calibrated(model: Model, choices: Mapping[str, Choice]) -> Model:
    return replace(model, heads={name: _divided(head, choices[name].temperature) for name, head in model.heads.items()})


def _divided(head: Head, temperature: float) -> Head:
    coef = {name: (rows / temperature).astype(np.float32) for name, rows in head.coef.items()}
    return Head(coef, head.intercept / temperature, head.C, temperature, head.weights)


def _agreed(choices: list[Choice]) -> Choice:
    """Return the settings in the middle of the folds'."""
    middle = sorted(choices, key=lambda choice: choice.C)[len(choices) // 2]
    return replace(middle, temperature=float(np.median([choice.temperature for choice in choices])))


