"""Rows answered by a trained model, in the workers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from mmdemo.model.model import Model, answered
from mmdemo.spark.features import features_of, holds
from mmdemo.spark.source import ID
from mmdemo.spark.split import DRAW, FOLD, LABEL, REPEATED
from mmdemo.spark.ties import GROUP_KEY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_KEPT = (ID, LABEL, GROUP_KEY, FOLD, REPEATED, DRAW)


def logits_of(rows: Any, model: Model) -> dict[str, np.ndarray]:
    """Return head → logits (n, k) of encoded rows, with zeros for what a row lacks."""
    features = {name: features_of(rows, name, encoder) for name, encoder in model.encoders.items()}
    return {name: head.logits(features) for name, head in model.heads.items()}


def probabilities_of(rows: Any, model: Model) -> dict[str, np.ndarray]:
    """Return head → probabilities (n, k) of encoded rows, each answered from what it holds."""
    return answered(logits_of(rows, model), holds(rows, model.encoders), model.config, model.shares)


@dataclass(frozen=True)
class Scored:
    """Yields, of encoded rows, what is known of each, every head's answer, and of some its probabilities.

    most: of `draw`, below which the probabilities are kept.
    """

    model: Model
    most: float

    def of(self, rows: "DataFrame") -> "DataFrame":
        """Return the rows with columns `right_HEAD` (whether it is) and `p_HEAD` (float32, null where not kept)."""
        from pyspark.sql.types import BinaryType, BooleanType, StructType

        schema = StructType([rows.schema[name] for name in _KEPT])
        for head in self.model.heads:
            schema = schema.add(right_column(head), BooleanType()).add(answers_column(head), BinaryType())
        return rows.mapInArrow(self, schema)

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        """Yield the answers to each batch."""
        codes = {label: code for code, label in enumerate(self.model.classes)}
        with threadpool_limits(1):
            for batch in batches:
                true = np.array([codes.get(label, -1) for label in batch.column(LABEL).to_pylist()])
                kept = np.array(batch.column(DRAW).to_pylist()) < self.most
                columns: dict[str, Any] = {name: batch.column(name) for name in _KEPT}
                for head, found in probabilities_of(batch, self.model).items():
                    columns[right_column(head)] = pa.array(found.argmax(axis=1) == true)
                    columns[answers_column(head)] = _rows(found, kept)
                yield pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def right_column(head: str) -> str:
    """Return the column that says whether a head's answer is right."""
    return f"right_{head}"


def answers_column(head: str) -> str:
    """Return the column of a head's probabilities."""
    return f"p_{head}"


def probabilities_in(rows: pa.Table, heads: Sequence[str]) -> Mapping[str, np.ndarray]:
    """Return head → probabilities, float32 (n, k), of scored rows that have kept them."""
    return {head: np.stack([np.frombuffer(one, np.float32) for one in rows.column(answers_column(head)).to_pylist()])
            for head in heads}  # fmt: skip


def _rows(found: np.ndarray, kept: np.ndarray) -> pa.Array:
    rows = found.astype(np.float32)
    return pa.array([rows[place].tobytes() if keep else None for place, keep in enumerate(kept)], pa.binary())
