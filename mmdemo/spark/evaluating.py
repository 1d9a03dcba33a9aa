"""Evaluate a model on a labelled table of any size, on rows that it was not trained on."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.row_digests import recognised_by, row_digest
from mmdemo.datasets.finding import counted
from mmdemo.datasets.labels import as_known
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.datasets.wording import listed
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import DatasetError
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.model.config import ModelConfig
from mmdemo.spark.answering import Answered, answered_rows
from mmdemo.spark.cutting import kept
from mmdemo.spark.dealing import FOLD, LABEL, drawn
from mmdemo.spark.encode import Encoding
from mmdemo.spark.encoded_columns import digest_column, missing_column
from mmdemo.spark.features import check_encoders
from mmdemo.spark.fingerprint import fingerprint_of
from mmdemo.spark.labels import spelling_of
from mmdemo.spark.left_out import left_out_rows
from mmdemo.spark.progress import Stages
from mmdemo.spark.rare import with_merged
from mmdemo.spark.source import ID, Source
from mmdemo.spark.split import REPEATED, split_of
from mmdemo.spark.ties import GROUP_KEY, ties_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def evaluate_on_spark(
    spark: "SparkSession", bundle: Bundle, source: Source, on_progress: OnProgress = lambda event: None
) -> tuple[Evaluation, tuple[str, ...]]:
    """Return the results on the rows of a source that a model was not trained on, and what a person should know.

    Of the data that it was trained on, those are the held-out pairs. Raises a DatasetError where there are none.
    """
    model, stages = bundle.model, Stages(spark, on_progress)
    check_encoders(model.config)
    if lacking := [name for name in model.encoders if name not in source.cells]:
        raise DatasetError(f"{source.name!r} has nothing for the {' and '.join(lacking)} that this model reads.")
    with stages.stage("read"):
        spelling, notes = spelling_of(source)
    encoding = Encoding(model.config, source.cells, source.label, source.group, spelling)
    with stages.stage("encode"):
        encoded = kept(encoding.of(source.rows))
        keys = kept(encoded.drop(*encoding.frozen()))
        counted_kinds = keys.groupBy("kind").count().withColumnRenamed("count", "rows").collect()
    left_out = left_out_rows(keys, counted_kinds)
    usable = keys.where("kind IS NULL")
    with stages.stage("ties"):
        tied = ties_of(usable, list(source.cells))
        usable, merged = with_merged(usable, tied.frame, source.rare)
        rows, unknown = _known(usable, tied.frame, bundle)
    is_same = fingerprint_of(source, keys) == bundle.manifest["dataset"]["fingerprint"]
    with stages.stage("split"):
        rows, told = _not_trained_on(rows, usable, tied.frame, bundle, is_same)
        fresh = kept(_with_features(encoded, rows, model.config))
        total = fresh.count()
    if not total:
        raise DatasetError(
            f"{source.name!r} holds no row that this model was not trained on; give other data, or none for the "
            "results on the pairs that were held out in training."
        )
    with stages.stage("evaluate"):
        answered = answered_rows({0: fresh}, {0: model}, model.classes, total)
        found = evaluate(_as_one(answered))
    said = [kinds_sentence(left_out.kinds)] if left_out.kinds else []
    return found, (*notes, *merged, *unknown, *told, *said, *answered.notes)


def _as_one(answered: Answered) -> Any:
    held_out = answered.held_out
    return replace(held_out, fold=np.zeros(len(held_out.ids), int))


def _known(usable: "DataFrame", tied: "DataFrame", bundle: Bundle) -> tuple["DataFrame", tuple[str, ...]]:
    """Return the rows of classes that a model knows, labelled as it does, and a note on the others."""
    from pyspark.sql import functions as F

    counts = {row[LABEL]: row["count"] for row in usable.groupBy(LABEL).count().collect()}
    names = as_known(pd.Series(list(counts)), bundle.model.classes).tolist()
    known = {label: name for label, name in zip(counts, names, strict=True) if name}
    if not known:
        raise DatasetError(
            f"The data has the labels {listed(sorted(counts))}, none of which this model knows; it knows "
            f"{', '.join(bundle.model.classes)}."
        )
    table = usable.sparkSession.createDataFrame(pa.table({LABEL: list(known), "known": list(known.values())}))
    rows = usable.join(F.broadcast(table), LABEL).drop(LABEL).withColumnRenamed("known", LABEL)
    others = sorted(set(counts) - set(known))
    pairs = counted(sum(counts[label] for label in others), "pair")
    note = f"Not counted: {pairs} with labels that this model does not know: {listed(list(map(repr, others)))}."
    return rows.join(tied.select(ID, GROUP_KEY), ID), (note,) if others else ()


def _not_trained_on(
    rows: "DataFrame", usable: "DataFrame", tied: "DataFrame", bundle: Bundle, is_same: bool
) -> tuple["DataFrame", tuple[str, ...]]:
    """Return the rows that a model was not trained on, and a note where that cannot be told of all."""
    config, trained = bundle.model.config, bundle.trained_on()
    if is_same and config.n_folds > 1:  # it was trained on all of them
        return rows.where("false"), ()
    if is_same and not trained.complete:
        placed = split_of(usable, tied, config).frame
        return rows.join(placed.where(f"{FOLD} = 0").select(ID), ID), ()
    if is_same:
        named = rows.sparkSession.createDataFrame(pa.table({ID: trained.ids.tolist()}))
        return rows.join(named, ID, "left_anti"), ()
    names = recognised_by([name[len("digest_") :] for name in rows.columns if name.startswith("digest_")], config)
    fresh = rows.mapInArrow(_Others(tuple(names), frozenset(trained.digests.tolist())), rows.schema)
    return fresh, (trained.caveat,) if trained.caveat else ()


class _Others:
    """Yields the rows whose digests are none of these."""

    def __init__(self, names: tuple[str, ...], known: frozenset[str]) -> None:
        self._names, self._known = names, known

    def __call__(self, batches: Any) -> Any:
        for batch in batches:
            columns = [batch.column(digest_column(name)).to_pylist() for name in self._names]
            digests = [row_digest([one or "" for one in row]) for row in zip(*columns, strict=True)]
            yield batch.filter(pa.array([one not in self._known for one in digests], pa.bool_()))


def _with_features(encoded: "DataFrame", rows: "DataFrame", config: ModelConfig) -> "DataFrame":
    """Return rows with their features, as `answered_rows` reads them."""
    from pyspark.sql import functions as F

    features = encoded.drop("label", "group", "reason", "remedy", "kind")
    chosen = rows.select(ID, LABEL, GROUP_KEY, F.lit(0).alias(FOLD), F.lit(False).alias(REPEATED))
    missing = " AND ".join(missing_column(name) for name in config.encoders)
    return features.join(drawn(chosen, config.seed), ID).where(f"NOT ({missing})")
