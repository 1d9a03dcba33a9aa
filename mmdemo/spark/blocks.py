"""Blocks of features on one scale and along their principal axes, as vectors that MLlib's regression reads."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.variances import beyond_rounding, column_variances
from mmdemo.spark.features import holds, parts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Part = tuple[str, int]
"""A modality, and the place of a part in its encoder."""
_FELT = 0.03  # n · C · variance of an axis below which a regression cannot tell its weight from 0
_UNSEEN = 1e-10  # of all variance: an axis along which a sample does not vary at all
_NOISE = 1e-5  # what is left of 0 by rounding, in blocks on the common scale
MOST_TURNED = 3_000  # columns whose axes are looked for
_MERGED = 16  # sums that reach the driver


@dataclass(frozen=True)
class Sums:
    """What is known of a part: rows that hold it, their mean (d,), and their squared deviations from it, in all."""

    count: int
    mean: np.ndarray
    deviations: float

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of both parts' rows.

        Source: Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for computing sample
        variances".
        """
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        apart = other.mean - self.mean
        between = float(apart @ apart) * self.count * other.count / count
        return Sums(count, self.mean + apart * (other.count / count), self.deviations + other.deviations + between)

    def variance(self, rows: int) -> float:
        """Return the total variance of so many rows, zero in those that lack the part."""
        lacking, square = rows - self.count, float(self.mean @ self.mean)
        whole = self.deviations + square * self.count * lacking / rows
        return beyond_rounding(whole / rows, square * (self.count / rows) ** 2)


def sums_of(rows: "DataFrame", encoders: Mapping[str, Encoder]) -> dict[Part, Sums]:
    """Return what is known of every part's columns in encoded rows."""
    schema = "name string, place int, held long, mean binary, deviations double"
    partial = rows.mapInArrow(_Measure(encoders), schema)
    if rows.rdd.getNumPartitions() > _MERGED:
        partial = partial.repartition(_MERGED).mapInArrow(_merge, schema)
    return _added(partial.toArrow())


def factors_of(sums: Mapping[Part, Sums], names: Sequence[str], rows: int) -> dict[str, float]:
    """Return modality → the factor that brings its block to the common scale, in so many rows."""
    whole = {name: sum(one.variance(rows) for (of, _), one in sums.items() if of == name) for name in names}
    return {name: 1 / (math.sqrt(variance) or 1.0) for name, variance in whole.items()}


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
                along = _dense([blocks[part] for part in self.turned]) @ self.axes
                along[np.abs(along) < _NOISE] = 0  # else MLlib divides rounding by its own standard deviation
                rest = [block for part, block in blocks.items() if part not in self.turned]
                yield pa.RecordBatch.from_arrays(
                    [pa.array(codes), _as_vectors([along, *rest])], names=["label", "features"]
                )

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


def scaled(rows: Any, encoders: Mapping[str, Encoder], factors: Mapping[str, float]) -> dict[Part, Any]:
    """Return the parts of encoded rows on the common scale, float32 (n, d) each."""
    return {
        (name, place): block * np.float32(factor)
        for name, factor in factors.items()
        for place, block in enumerate(parts_of(rows, name, encoders[name]))
    }


def axes_of(blocks: Mapping[Part, Any], strength: float, whole: bool) -> tuple[tuple[Part, ...], np.ndarray]:
    """Return which parts are turned, and the axes along which they vary most, orthonormal (d, r).

    A regression has the same optimum along any orthonormal axes, and is found in a fifth of the steps where features
    do not vary together. What varies so little that no weight could be told from 0 is left out.

    blocks: of a sample, on the common scale. strength: n · C. whole: whether the sample is all there is; if not, rare
    words may stand outside it, so sparse parts stay as they are, and no axis is left out for not varying there.
    """
    width = sum(block.shape[1] for block in blocks.values())
    all_turned = whole and width <= MOST_TURNED
    turned = tuple(part for part, block in blocks.items() if all_turned or not sparse.issparse(block))
    features = _dense([blocks[part] for part in turned]).astype(np.float64)
    features -= features.mean(axis=0)
    values, axes = np.linalg.eigh(features.T @ features / len(features))
    felt = values * strength > _FELT
    if not whole:
        felt |= values < _UNSEEN * values.sum()
    felt[-1] = True
    return turned, np.asarray(axes[:, felt], np.float32)


def _dense(blocks: Sequence[Any]) -> np.ndarray:
    found = [block.toarray() if sparse.issparse(block) else block for block in blocks]
    return np.hstack(found) if found else np.empty((0, 0), np.float32)


class _Measure:
    """Sums up the columns of a task's rows."""

    def __init__(self, encoders: Mapping[str, Encoder]) -> None:
        self._encoders = encoders

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        whole: dict[Part, Sums] = {}
        for batch in batches:
            held = holds(batch, self._encoders)
            for name, encoder in self._encoders.items():
                for place, block in enumerate(parts_of(batch, name, encoder)):
                    found = _sums(block[np.flatnonzero(held[name])])
                    whole[name, place] = whole[name, place] + found if (name, place) in whole else found
        yield _written(whole)


def _sums(block: Any) -> Sums:
    count = block.shape[0]
    if not count:
        return Sums(0, np.zeros(block.shape[1]), 0.0)
    mean = np.asarray(block.mean(axis=0, dtype=np.float64)).ravel()
    return Sums(count, mean, float(column_variances(block, mean).sum()) * count)


def _merge(batches: Any) -> Iterator[pa.RecordBatch]:
    yield _written(_added(pa.Table.from_batches(found) if (found := list(batches)) else None))


def _written(whole: Mapping[Part, Sums]) -> pa.RecordBatch:
    rows = [(*part, one.count, one.mean.tobytes(), one.deviations) for part, one in whole.items()]
    kinds = [pa.string(), pa.int32(), pa.int64(), pa.binary(), pa.float64()]
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=["name", "place", "held", "mean", "deviations"])


def _added(table: pa.Table | None) -> dict[Part, Sums]:
    whole: dict[Part, Sums] = {}
    for row in table.to_pylist() if table is not None else ():
        part = row["name"], row["place"]
        found = Sums(row["held"], np.frombuffer(row["mean"]), row["deviations"])
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
