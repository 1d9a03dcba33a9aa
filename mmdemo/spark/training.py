"""Train on Spark: what the local engine does, with rows in the workers and nothing but sums and samples here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from mmdemo.bundles.parts import Parts
from mmdemo.datasets.rare_classes import FEWEST
from mmdemo.datasets.scarce import scarce_note
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import DatasetError
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.spark.answering import held_out_of
from mmdemo.spark.cutting import kept
from mmdemo.spark.encode import Encoding
from mmdemo.spark.encoded_columns import missing_column
from mmdemo.spark.features import check_encoders
from mmdemo.spark.fitting import Fitting
from mmdemo.spark.labels import spelling_of
from mmdemo.spark.left_out import LeftOutRows, left_out_rows
from mmdemo.spark.outcome import parts_of_run
from mmdemo.spark.progress import Stages
from mmdemo.spark.rare import with_merged
from mmdemo.spark.source import ID, Source
from mmdemo.spark.split import FOLD, split_of
from mmdemo.spark.ties import ties_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class SparkTraining:
    """What a training on Spark leaves.

    parts: of a bundle. seconds: stage → how long it took. passes: fold → over its training pairs, of its regressions.
    rows: read.
    """

    parts: Parts
    seconds: Mapping[str, float]
    passes: Mapping[int, int]
    rows: int


@dataclass(frozen=True)
class _Encoded:
    """Rows after their encoding: all columns, those that are no features, and how many rows there are."""

    frame: "DataFrame"
    keys: "DataFrame"
    rows: int
    left_out: LeftOutRows
    config: ModelConfig
    notes: tuple[str, ...]


def train_on_spark(
    spark: "SparkSession", source: Source, config: ModelConfig, on_progress: OnProgress = lambda event: None
) -> SparkTraining:
    """Train on the rows of a source, and evaluate on those that are held out: a fifth of them where folds are 1.

    on_progress: called with `{"event": "stage", "stage": …, "done": 0–1}`, see `progress.STAGES`.
    Raises a DatasetError for too few rows or classes, a ConfigError for an encoder that cannot be used on Spark.
    """
    check_encoders(config)
    if lacking := [name for name in config.encoders if name not in source.cells]:
        raise DatasetError(f"The data has no {MODALITIES[lacking[0]].nouns}; train without them.")
    stages = Stages(spark, on_progress)
    with threadpool_limits(1):
        encoded = _encoded(source, config, stages)
        with stages.stage("ties"):
            tied = ties_of(_usable(encoded.keys), list(source.cells))
        with stages.stage("split"):
            usable, merged = with_merged(_usable(encoded.keys), tied.frame, source.rare)
            split = split_of(usable, tied.frame, encoded.config)
            pairs = _together(encoded.frame, split.frame)
        fitting = Fitting(spark, pairs, split, encoded.config, stages)
        fitted = fitting.judge()
        served = fitting.served(fitted)
        with stages.stage("evaluate"):
            held_out = held_out_of(pairs, split, fitted)
            evaluation = evaluate(held_out.held_out)
            notes = (*source.notes, *encoded.notes, *merged, *tied.notes, *split.notes, *served.notes, *held_out.notes)
            parts = parts_of_run(source, encoded, split, pairs, fitted, served, held_out, evaluation, notes)
    return SparkTraining(parts, stages.seconds, {name: one.passes for name, one in fitted.items()}, encoded.rows)


def _encoded(source: Source, config: ModelConfig, stages: Stages) -> _Encoded:
    """Encode every row once; features stay with the workers, on their disks."""
    from pyspark.sql import functions as F

    with stages.stage("read"):
        spelling, notes = spelling_of(source)
    encoding = Encoding(config, source.cells, source.label, source.group, spelling)
    with stages.stage("encode"):
        frame = kept(encoding.of(source.rows))
        keys = kept(frame.drop(*encoding.frozen()))
        held = [F.sum((~F.col(missing_column(name))).cast("long")).alias(name) for name in source.cells]
        counted = keys.groupBy("kind").agg(F.count(F.lit(1)).alias("rows"), *held).collect()
    left_out = left_out_rows(keys, counted)
    usable = next((row for row in counted if row["kind"] is None), None)
    if usable is None:
        raise DatasetError(f"{source.name!r} has no row that can be used{left_out.such_as}")
    scarce = {name: usable[name] for name in source.cells if usable[name] < FEWEST}
    scarce = {} if len(scarce) == len(source.cells) else scarce
    notes = (*notes, *(scarce_note(name, count, usable["rows"]) for name, count in scarce.items()))
    return _Encoded(frame, keys, sum(row["rows"] for row in counted), left_out, config.without(list(scarce)), notes)


def _usable(keys: "DataFrame") -> "DataFrame":
    return keys.where("kind IS NULL")


def _together(encoded: "DataFrame", split: "DataFrame") -> "DataFrame":
    """Return the usable rows with their features, each with its fold; kept on the workers' disks."""
    features = encoded.drop("label", "group", "reason", "remedy", "kind")
    pairs = kept(features.join(split, ID))
    pairs.groupBy(FOLD).count().collect()
    return pairs
