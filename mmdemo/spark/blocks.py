"""Blocks of features on one scale and along their principal axes, as vectors that MLlib's regression reads."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.variances import beyond_rounding, column_variances
from mmdemo.spark.features import holds, parts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Part = tuple[str, int]
"""A modality, and the place of a part in its encoder."""
_FELT = 0.01  # n · C · variance of an axis below which a regression cannot tell its weight from 0
_MERGED = 16  # sums that reach the driver


@dataclass(frozen=True)
class Sums:
    """What is known of a part's columns, along its axes: rows that hold it, mean (d,), squared deviations (d,)."""

    count: int
    mean: np.ndarray
    deviations: np.ndarray

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of both parts' rows.

        Source: Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for computing sample
        variances".
        """
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        return Sums(count, mean, self.deviations + other.deviations + np.square(apart) * (self.count * other.count / count))

    def variance(self, rows: int) -> float:
        """Return the total variance of so many rows, zero in those that lack the part."""
        lacking, square = rows - self.count, float(self.mean @ self.mean)
        whole = float(self.deviations.sum()) + square * self.count * lacking / rows
        return beyond_rounding(whole / rows, square * (self.count / rows) ** 2)

    def variances(self, rows: int) -> np.ndarray:
        """Return the variance of each column, (d,), of so many rows."""
        lacking = rows - self.count
        return np.asarray((self.deviations + np.square(self.mean) * (self.count * lacking / rows)) / rows)


def principal_axes(features: np.ndarray) -> np.ndarray:
    """Return the principal axes of features (n, d), orthonormal, as columns (d, d), that of most variance first.

    A regression has the same optimum in coordinates along any orthonormal axes, and is found there in fewer steps.
    """
    centred = features - features.mean(axis=0, dtype=np.float64)
    return np.asarray(np.linalg.eigh(centred.T @ centred)[1][:, ::-1], np.float32)


def sums_of(rows: "DataFrame", encoders: Mapping[str, Encoder], axes: Mapping[Part, np.ndarray]) -> dict[Part, Sums]:
    """Return what is known of every part's columns in encoded rows: of dense parts, along their axes."""
    schema = "name string, place int, held long, mean binary, deviations binary"
    partial = rows.mapInArrow(_Measure(encoders, axes), schema)
    if partial.rdd.getNumPartitions() > _MERGED:
        partial = partial.coalesce(partial.rdd.getNumPartitions()).repartition(_MERGED).mapInArrow(_merge, schema)
    return _added(partial.toArrow())


def factors_of(sums: Mapping[Part, Sums], names: Sequence[str], rows: int) -> dict[str, float]:
    """Return modality → the factor that brings its block to the common scale, in so many rows."""
    whole = {name: sum(one.variance(rows) for (of, _), one in sums.items() if of == name) for name in names}
    return {name: 1 / (math.sqrt(variance) or 1.0) for name, variance in whole.items()}


@dataclass(frozen=True)
class Vectors:
    """Makes vectors of the modalities that a head reads.

    encoders: fitted. axes: of dense parts, (d, r). factors: modality → factor of its block. codes: label → 0 … k − 1.
    """

    encoders: Mapping[str, Encoder]
    axes: Mapping[Part, np.ndarray]
    factors: Mapping[str, float]
    codes: Mapping[str, int]

    def of(self, rows: "DataFrame") -> "DataFrame":
        """Return `label` (double) and `features` (a vector of MLlib's) of encoded rows."""
        from pyspark.ml.linalg import VectorUDT
        from pyspark.sql.types import DoubleType, StructType

        return rows.mapInArrow(self, StructType().add("label", DoubleType()).add("features", VectorUDT()))

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        """Yield the vectors of each batch."""
        for batch in batches:
            codes = [float(self.codes[label]) for label in batch.column("label").to_pylist()]
            blocks = [block * block.dtype.type(self.factors[name]) for name in self.factors for block in
                      _along(batch, name, self.encoders[name], self.axes)]  # fmt: skip
            yield pa.RecordBatch.from_arrays([pa.array(codes), _as_vectors(blocks)], names=["label", "features"])

    def lifted(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return modality → weights (k, d) of its features as they are, for weights (k, r) of the vectors."""
        found, start = {}, 0
        for name, factor in self.factors.items():
            parts = []
            for place, part in enumerate(self.encoders[name].parts):
                axes = self.axes.get((name, place))
                width = part.n_features_out if axes is None else axes.shape[1]
                block = weights[:, start : start + width] * factor
                parts.append(block if axes is None else block @ axes.T)
                start += width
            found[name] = np.hstack(parts)
        return found


def felt(axes: Mapping[Part, np.ndarray], sums: Mapping[Part, Sums], factors: Mapping[str, float], rows: int, C: float
         ) -> dict[Part, np.ndarray]:  # fmt: skip
    """Return the axes, (d, r), without those along which so little varies that no weight could be told from 0.

    MLlib divides by each column's standard deviation; rounding alone would grow to the size of a signal.
    """
    kept = {}
    for part, found in axes.items():
        strength = sums[part].variances(rows) * factors[part[0]] ** 2 * rows * C
        chosen = strength > _FELT
        chosen[int(strength.argmax())] = True
        kept[part] = found[:, chosen]
    return kept


def _along(rows: Any, name: str, encoder: Encoder, axes: Mapping[Part, np.ndarray]) -> list[Any]:
    """Return a modality's parts, each (n, r), dense ones along their axes."""
    found = enumerate(parts_of(rows, name, encoder))
    return [block if (name, place) not in axes else block @ axes[name, place] for place, block in found]


class _Measure:
    """Sums up the columns of a task's rows."""

    def __init__(self, encoders: Mapping[str, Encoder], axes: Mapping[Part, np.ndarray]) -> None:
        self._encoders, self._axes = encoders, axes

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        whole: dict[Part, Sums] = {}
        for batch in batches:
            held = holds(batch, self._encoders)
            for name, encoder in self._encoders.items():
                for place, block in enumerate(_along(batch, name, encoder, self._axes)):
                    found = _sums(block[np.flatnonzero(held[name])])
                    whole[name, place] = whole[name, place] + found if (name, place) in whole else found
        yield _written(whole)


def _sums(block: Any) -> Sums:
    count = block.shape[0]
    if not count:
        return Sums(0, np.zeros(block.shape[1]), np.zeros(block.shape[1]))
    mean = np.asarray(block.mean(axis=0, dtype=np.float64)).ravel()
    return Sums(count, mean, column_variances(block, mean) * count)


def _merge(batches: Any) -> Iterator[pa.RecordBatch]:
    yield _written(_added(pa.Table.from_batches(found) if (found := list(batches)) else None))


def _written(whole: Mapping[Part, Sums]) -> pa.RecordBatch:
    rows = [(name, place, one.count, one.mean.tobytes(), one.deviations.tobytes()) for (name, place), one in whole.items()]
    kinds = [pa.string(), pa.int32(), pa.int64(), pa.binary(), pa.binary()]
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=["name", "place", "held", "mean", "deviations"])


def _added(table: pa.Table | None) -> dict[Part, Sums]:
    whole: dict[Part, Sums] = {}
    for row in table.to_pylist() if table is not None else ():
        part = row["name"], row["place"]
        found = Sums(row["held"], np.frombuffer(row["mean"]), np.frombuffer(row["deviations"]))
        whole[part] = whole[part] + found if part in whole else found
    return whole


def _as_vectors(blocks: Sequence[Any]) -> pa.StructArray:
    """Return rows of blocks side by side in the form in which Spark keeps vectors, sparse where a block is."""
    if not any(map(sparse.issparse, blocks)):
        dense = np.hstack(blocks).astype(np.float64)
        return _structs(1, len(dense), None, None, dense.ravel(), np.arange(len(dense) + 1) * dense.shape[1])
    rows = sparse.hstack(blocks, format="csr", dtype=np.float64)
    rows.sort_indices()
    return _structs(0, rows.shape[0], rows.shape[1], rows.indices, rows.data, rows.indptr)


def _structs(kind: int, count: int, size: int | None, indices: Any, values: np.ndarray, ends: np.ndarray) -> pa.StructArray:
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
