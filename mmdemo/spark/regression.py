"""MLlib's softmax regression, with the objective of the local one."""

from typing import TYPE_CHECKING

import numpy as np

from mmdemo.errors import ConfigError
from mmdemo.model.regression import LinearFit
from mmdemo.spark.blocks import Vectors

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TOLERANCE = 1e-7
_MOST_STEPS = 3_000
_ROWS_A_TASK = 2_000  # at least: each step is a job of as many tasks as there are parts


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
