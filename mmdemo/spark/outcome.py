"""What a training on Spark leaves behind: held-out pairs with their answers, and the parts of a bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from mmdemo.bundles.parts import Parts
from mmdemo.bundles.row_digests import recognised_by, row_digest
from mmdemo.datasets.left_out import NOTHING_HELD
from mmdemo.encoders.encoder import Encoder
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.model.doubts import Doubts
from mmdemo.model.model import Model
from mmdemo.spark.answering import Answered
from mmdemo.spark.encoded_columns import digest_column
from mmdemo.spark.features import features_of, holds, values_of
from mmdemo.spark.fingerprint import fingerprint_of
from mmdemo.spark.fitting import Fitted
from mmdemo.spark.left_out import in_row_order
from mmdemo.spark.source import ID, Source
from mmdemo.spark.split import DRAW, FOLD, LOT, Split
from mmdemo.training.doubts import doubts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_TRAINED_ON = 2_000  # training pairs that a bundle names, with their features, for the nearest pairs
_MOST_LOOKED_AT = 1_000  # held-out pairs, to see when to warn


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
        model=replace(model, doubts=_doubts(model, trained, pairs, answered)),
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


def _doubts(model: Model, trained: pa.Table, pairs: "DataFrame", answered: Answered) -> Doubts:
    """Return when the model warns, from samples of the rows that it was trained on and of those held out."""
    from pyspark.sql import functions as F

    held_out = answered.held_out
    asked = pairs.where(F.col(FOLD) >= 0).where(F.col(DRAW) < _MOST_LOOKED_AT / answered.total)
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
    learn = _Learn(model.encoders, both, held, fold, probabilities)
    return pairs.sparkSession.sparkContext.parallelize([None], 1).map(learn).collect()[0]


@dataclass(frozen=True)
class _Learn:
    """Learns when to warn, in a worker, where networks run. rows: encoded; the others as `doubts_of` has them."""

    encoders: Mapping[str, Encoder]
    rows: pa.Table
    holds: Mapping[str, np.ndarray]
    fold: np.ndarray
    probabilities: Mapping[str, np.ndarray]

    def __call__(self, _: None) -> Doubts:
        columns = {name: values_of(self.rows, name) for name in self.encoders}
        with threadpool_limits(1):
            return doubts_of(self.encoders, columns, self._features, self.holds, self.fold, self.probabilities)

    def _features(self, name: str, places: np.ndarray) -> Any:
        return features_of(self.rows.take(places), name, self.encoders[name])


def _digests(rows: pa.Table, model: Model, modalities: Sequence[str]) -> np.ndarray:
    """Return what rows are recognised by in other data, see `row_digests`."""
    names = recognised_by(modalities, model.config)
    columns = [rows.column(digest_column(name)).to_pylist() for name in names]
    return np.array([row_digest([one or "" for one in row]) for row in zip(*columns, strict=True)])
