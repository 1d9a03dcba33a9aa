"""MLlib's softmax regression, with the objective of the local one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.model.regression import LinearFit
from mmdemo.spark.session import java_of
from mmdemo.spark.vectors import Vectors

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TOLERANCE = 1e-7
_MOST_STEPS = 3_000
_NUMBERS = 30  # that the solver keeps of each weight, on the driver
_ROWS_A_TASK = 2_000  # at least: each step is a job of as many tasks as there are parts


def check_memory(spark: "SparkSession", encoders: Mapping[str, Encoder], classes: int) -> None:
    """Raise a ConfigError where the driver has too little memory for the weights of so many classes."""
    columns = sum(encoder.n_features_out for encoder in encoders.values())
    needed = _NUMBERS * 8 * classes * columns / 1e6
    there = java_of(spark).java.lang.Runtime.getRuntime().maxMemory() / 1e6
    if needed > there:
        raise ConfigError(
            f"The regression of {classes:,} classes on {columns:,} columns takes about {needed:,.0f} MB of Java in the "
            f"driver, which has {there:,.0f}: add --conf spark.driver.memory={int(needed / 700) + 1}g, or use fewer "
            "classes."
        )


def fit_on_spark(rows: "DataFrame", count: int, classes: int, C: float, vectors: Vectors) -> tuple[LinearFit, int]:
    """Return the regression on so many encoded rows of classes 0 … k − 1, and how many steps it took.

    The local objective is a sum over rows with the penalty ½ ‖w‖² / C, MLlib's a mean: so `regParam` is 1 / (n · C),
    of two classes twice that, because their rows of weights are opposite.
    Raises a ConfigError where it does not converge.
    """
    from pyspark.ml.classification import LogisticRegression

    strength = (2 if classes == 2 else 1) / (count * C)
    solver = LogisticRegression(
        family="multinomial", standardization=False, regParam=strength, tol=TOLERANCE, maxIter=_MOST_STEPS
    )
    found = solver.fit(_in_few_parts(vectors.of(rows), count))
    steps = len(found.summary.objectiveHistory)
    if steps > _MOST_STEPS:
        raise ConfigError(f"The regression did not converge with C={C:g}; choose a smaller C.")
    weights, intercept = found.coefficientMatrix.toArray(), found.interceptVector.toArray()
    return LinearFit(C, np.arange(classes), vectors.lifted(weights), np.asarray(intercept)), steps


def _in_few_parts(rows: "DataFrame", count: int) -> "DataFrame":
    at_once = rows.sparkSession.sparkContext.defaultParallelism
    return rows.coalesce(max(1, count // _ROWS_A_TASK)) if count < _ROWS_A_TASK * at_once else rows
