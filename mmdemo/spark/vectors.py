"""Features on one scale and along their principal axes, as vectors that MLlib's regression reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.spark.features import Part, scaled, side_by_side

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Vectors:
    """Makes vectors of the modalities that a head reads.

    encoders: fitted. factors: modality → factor of its block. turned: parts that are expressed along the axes (d, r);
    the others stand beside them as they are. codes: label → 0 … k − 1.
    """

    encoders: Mapping[str, Encoder]
    factors: Mapping[str, float]
    turned: tuple[Part, ...]
    axes: np.ndarray
    codes: Mapping[str, int]

    def of(self, rows: "DataFrame") -> "DataFrame":
        """Return `label` (double) and `features` (a vector of MLlib's) of encoded rows."""
        from pyspark.ml.linalg import VectorUDT
        from pyspark.sql.types import DoubleType, StructType

        return rows.mapInArrow(self, StructType().add("label", DoubleType()).add("features", VectorUDT()))

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        """Yield the vectors of each batch."""
        with threadpool_limits(1):
            for batch in batches:
                codes = [float(self.codes[label]) for label in batch.column("label").to_pylist()]
                blocks = scaled(batch, self.encoders, self.factors)
                found = [block for part, block in blocks.items() if part not in self.turned]
                if self.turned:
                    found.insert(0, side_by_side([blocks[part] for part in self.turned]) @ self.axes)
                yield pa.RecordBatch.from_arrays([pa.array(codes), _as_vectors(found)], names=["label", "features"])

    def lifted(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return modality → weights (k, d) of its features as they are, for weights (k, r) of the vectors."""
        width = self.axes.shape[1]
        back, rest = weights[:, :width] @ self.axes.T, weights[:, width:]
        found: dict[str, list[np.ndarray]] = {name: [] for name in self.factors}
        for name, factor in self.factors.items():
            for place, part in enumerate(self.encoders[name].parts):
                turned = (name, place) in self.turned
                block, left = np.split(back if turned else rest, [part.n_features_out], axis=1)
                back, rest = (left, rest) if turned else (back, left)
                found[name].append(block * factor)
        return {name: np.hstack(blocks) for name, blocks in found.items()}


def _as_vectors(blocks: Sequence[Any]) -> pa.StructArray:
    """Return rows of blocks side by side in the form in which Spark keeps vectors, sparse where a block is."""
    if not any(map(sparse.issparse, blocks)):
        dense = np.hstack(blocks).astype(np.float64)
        return _structs(1, len(dense), None, None, dense.ravel(), np.arange(len(dense) + 1) * dense.shape[1])
    rows = sparse.hstack(blocks, format="csr", dtype=np.float64)
    rows.sort_indices()
    return _structs(0, rows.shape[0], rows.shape[1], rows.indices, rows.data, rows.indptr)


def _structs(
    kind: int, count: int, size: int | None, indices: Any, values: np.ndarray, ends: np.ndarray
) -> pa.StructArray:
    ends = pa.array(ends, pa.int32())
    places = pa.nulls(count, pa.list_(pa.int32())) if indices is None else pa.ListArray.from_arrays(
        ends, pa.array(indices, pa.int32()))  # fmt: skip
    arrays = [
        pa.array(np.full(count, kind), pa.int8()),
        pa.array([size] * count, pa.int32()),
        places,
        pa.ListArray.from_arrays(ends, pa.array(values)),
    ]
    return pa.StructArray.from_arrays(arrays, names=["type", "size", "indices", "values"])
