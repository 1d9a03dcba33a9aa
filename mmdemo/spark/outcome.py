"""What a training on Spark leaves behind: held-out pairs with their answers, and the parts of a bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mmdemo.bundles.parts import Parts
from mmdemo.bundles.row_digests import recognised_by, row_digest
from mmdemo.datasets.left_out import NOTHING_HELD
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.model import Model
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import digest_column
from mmdemo.spark.features import features_of, holds, values_of
from mmdemo.spark.fingerprint import fingerprint_of
from mmdemo.spark.fitting import Fitted
from mmdemo.spark.left_out import in_row_order
from mmdemo.spark.scoring import Scored, probabilities_in, right_column
from mmdemo.spark.source import ID, Source
from mmdemo.spark.split import DRAW, FOLD, LABEL, LOT, REPEATED, Split
from mmdemo.spark.ties import GROUP_KEY
from mmdemo.training.doubts import doubts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_HELD_OUT = 20_000  # rows whose answers a bundle keeps
_MOST_ANSWERS = 4_000_000  # such rows times classes
MOST_TRAINED_ON = 4_000  # training pairs that a bundle names, with their features, for the nearest pairs
_MOST_LOOKED_AT = 1_500  # held-out pairs, to see when to warn


@dataclass(frozen=True)
class Answered:
    """held_out: rows with their answers, all or a sample. total: how many there are. accuracies: of all of them."""

    held_out: HeldOut
    total: int
    accuracies: Mapping[str, float]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        count = len(self.held_out.ids)
        if count == self.total:
            return ()
        said = ", ".join(f"{head} {share:.1%}" for head, share in self.accuracies.items())
        return (f"Results are of {count:,} pairs, drawn by chance from the {self.total:,} that the model had not seen. "
                f"Of all of these: {said}.",)


def held_out_of(pairs: "DataFrame", split: Split, fitted: Mapping[int, Fitted]) -> Answered:
    """Return the held-out pairs, each answered by the models that had not seen it."""
    from pyspark.sql import functions as F

    rows = {fold: pairs.where(F.col(FOLD) == fold) for fold in fitted}
    models = {fold: one.model for fold, one in fitted.items()}
    return answered_rows(rows, models, split.classes, sum(split.rows(fold) for fold in fitted))


def answered_rows(
    rows: Mapping[int, "DataFrame"], models: Mapping[int, Model], classes: tuple[str, ...], total: int
) -> Answered:
    """Return encoded rows with the answers of the model for each part of them; total: how many they are."""
    from pyspark.sql import functions as F

    most = min(MOST_HELD_OUT, _MOST_ANSWERS // len(classes)) / total
    tables, right = [], dict.fromkeys(next(iter(models.values())).heads, 0)
    for fold, model in models.items():
        scored = kept(Scored(model, most).of(rows[fold]))
        sums = [F.sum(F.col(right_column(head)).cast("long")).alias(head) for head in right]
        found = scored.agg(*sums).collect()[0]
        right = {head: count + (found[head] or 0) for head, count in right.items()}
        tables.append(scored.where(F.col(DRAW) < most).toArrow())
    whole = in_row_order(pa.concat_tables(tables))
    accuracies = {head: count / total for head, count in right.items()}
    return Answered(_held_out(whole, classes, tuple(right)), total, accuracies)


def _held_out(rows: pa.Table, classes: tuple[str, ...], heads: Sequence[str]) -> HeldOut:
    group = np.array(rows.column(GROUP_KEY).to_pylist(), dtype=str)
    return HeldOut(
        ids=np.array(rows.column(ID).to_pylist(), dtype=str),
        labels=np.array(rows.column(LABEL).to_pylist(), dtype=str),
        classes=classes,
        probabilities=probabilities_in(rows, heads),
        fold=np.array(rows.column(FOLD).to_pylist(), dtype=int),
        group=np.unique(group, return_inverse=True)[1].astype(str),  # a key may tell who it is
        repeated=np.array(rows.column(REPEATED).to_pylist(), dtype=bool),
    )


def parts_of_run(
    source: Source,
    encoded: Any,
    split: Split,
    pairs: "DataFrame",
    fitted: Mapping[int, Fitted],
    served: Fitted,
    answered: Answered,
    evaluation: Evaluation,
    notes: tuple[str, ...],
) -> Parts:
    """Return the parts of the bundle."""
    model = served.model
    trained = _trained_on(pairs, served)
    kinds = dict(encoded.left_out.kinds)
    lacking = encoded.rows - sum(kinds.values()) - split.rows() - sum(split.kinds.values())
    kinds.update(split.kinds)
    if lacking:
        kinds[NOTHING_HELD] = kinds.get(NOTHING_HELD, 0) + lacking
    return Parts(
        model=replace(model, doubts=_doubts(model, trained, pairs, answered.held_out)),
        held_out=answered.held_out,
        fold_models={},
        evaluation=evaluation,
        saved_seconds=0.0,
        notes=notes,
        train_ids=np.array(trained.column(ID).to_pylist(), dtype=str),
        digests=_digests(trained, model, list(source.cells)),
        train_features={name: features_of(trained, name, encoder) for name, encoder in model.encoders.items()},
        n_train=served.n_train,
        fingerprint=fingerprint_of(source, encoded.keys),
        left_out_kinds=kinds,
        left_out=encoded.left_out.rows,
        options=source.options,
        **source.about,
    )


def _trained_on(pairs: "DataFrame", served: Fitted) -> pa.Table:
    """Return training pairs, all of a small table or a sample."""
    from pyspark.sql import functions as F

    chosen = pairs.where(F.col(FOLD) != 0) if served.model.config.n_folds == 1 else pairs
    chosen = chosen.where(F.col(LOT) >= served.judging)
    return in_row_order(chosen.where(F.col(DRAW) >= 1 - MOST_TRAINED_ON / max(served.n_train, 1)).toArrow())


def _doubts(model: Model, trained: pa.Table, pairs: "DataFrame", held_out: HeldOut) -> Any:
    """Return when the model warns, from samples of the rows that it was trained on and of those held out."""
    from pyspark.sql import functions as F

    asked = pairs.where(F.col(FOLD) >= 0).where(F.col(DRAW) < _MOST_LOOKED_AT / max(len(held_out.ids), 1))
    known = {row: place for place, row in enumerate(held_out.ids.tolist())}
    found = in_row_order(asked.toArrow())
    found = found.filter(pa.array([row in known for row in found.column(ID).to_pylist()], pa.bool_()))
    places = [known[row] for row in found.column(ID).to_pylist()]
    both = found if model.config.n_folds > 1 else pa.concat_tables([trained, found])
    before = len(both) - len(found)
    fold = np.array(both.column(FOLD).to_pylist(), dtype=int)
    shape = len(both), len(model.classes)
    probabilities = {head: np.zeros(shape, np.float32) for head in held_out.heads}
    for head, rows in probabilities.items():
        rows[before:] = held_out.probabilities[head][places]
    held = holds(both, model.encoders)
    features = {name: features_of(both, name, encoder) for name, encoder in model.encoders.items()}
    columns = {name: values_of(both, name) for name in model.encoders}
    return doubts_of(model.encoders, columns, lambda name, rows: features[name][rows], held, fold, probabilities)


def _digests(rows: pa.Table, model: Model, modalities: Sequence[str]) -> np.ndarray:
    """Return what rows are recognised by in other data, see `row_digests`."""
    names = recognised_by(modalities, model.config)
    columns = [rows.column(digest_column(name)).to_pylist() for name in names]
    return np.array([row_digest([one or "" for one in row]) for row in zip(*columns, strict=True)])
