"""Blocks of features on one scale and along their principal axes, as vectors that MLlib's regression reads."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.linalg import eigh
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.variances import beyond_rounding, column_variances
from mmdemo.spark.features import holds, parts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Part = tuple[str, int]
"""A modality, and the place of a part in its encoder."""
_FELT = 0.03  # n · C · variance of an axis below which a regression cannot tell its weight from 0
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
                found = [block for part, block in blocks.items() if part not in self.turned]
                if self.turned:
                    found.insert(0, _dense([blocks[part] for part in self.turned]) @ self.axes)
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


def scaled(rows: Any, encoders: Mapping[str, Encoder], factors: Mapping[str, float]) -> dict[Part, Any]:
    """Return the parts of encoded rows on the common scale, float32 (n, d) each."""
    return {
        (name, place): block * np.float32(factor)
        for name, factor in factors.items()
        for place, block in enumerate(parts_of(rows, name, encoders[name]))
    }


@dataclass(frozen=True)
class Products:
    """The sums of the products of columns, (d, d), and of columns, (d,), over all rows, zero where a row lacks a part.

    widths: part → its columns, in order.
    """

    widths: Mapping[Part, int]
    products: np.ndarray
    sums: np.ndarray

    def axes(self, factors: Mapping[str, float], rows: int, C: float) -> tuple[tuple[Part, ...], np.ndarray]:
        """Return the parts of these modalities, and the axes along which they vary most, orthonormal (d, r).

        A regression has the same optimum along any orthonormal axes, and is found in a fifth of the steps where columns
        do not vary together. What varies so little that no weight could be told from 0 is left out.

        factors: modality → factor of its block. rows: that hold one of them.
        """
        turned = tuple(part for part in self.widths if part[0] in factors)
        if not turned:
            return (), np.zeros((0, 0), np.float32)
        chosen = [np.full(width, part in turned) for part, width in self.widths.items()]
        places = np.flatnonzero(np.concatenate(chosen))
        each = [np.full(width, factors.get(name, 0.0)) for (name, _), width in self.widths.items()]
        scale = np.concatenate(each)[places].astype(np.float32)
        mean = (self.sums[places] * scale / rows).astype(np.float32)
        covariance = self.products[np.ix_(places, places)] / np.float32(rows)  # in place from here, for it is large
        covariance *= scale
        covariance *= scale[:, np.newaxis]
        covariance -= np.outer(mean, mean)
        values, axes = eigh(covariance, overwrite_a=True, check_finite=False)
        felt = values * rows * C > _FELT
        felt[-1] = True
        return turned, np.asarray(axes[:, felt], np.float32)


def products_of(rows: "DataFrame", encoders: Mapping[str, Encoder]) -> Products:
    """Return the products of the columns of encoded rows: of all, or where they are too many, of the dense ones."""
    widths = {(name, place): part.n_features_out for name, encoder in encoders.items() for place, part in
              enumerate(encoder.parts)}  # fmt: skip
    if sum(widths.values()) > MOST_TURNED:
        widths = {(name, place): widths[name, place] for name, place in widths if encoders[name].parts[place].frozen}
    if not widths:
        return Products({}, np.zeros((0, 0)), np.zeros(0))
    measure, merge = _Multiply(encoders, widths), _AddUp(sum(widths.values()))
    partial = rows.mapInArrow(measure, "products binary, sums binary")
    parts = rows.rdd.getNumPartitions()
    while parts > 1:  # a few megabytes each: in groups, so that the driver is given one
        parts = -(-parts // _MERGED) if parts > _MERGED else 1
        partial = partial.repartition(parts).mapInArrow(merge, "products binary, sums binary")
    row = partial.collect()[0]
    width = sum(widths.values())
    products = np.frombuffer(row["products"], np.float32).reshape(width, width)
    return Products(widths, products, np.frombuffer(row["sums"]))


class _Multiply:
    """Sums up the products of a task's rows."""

    def __init__(self, encoders: Mapping[str, Encoder], widths: Mapping[Part, int]) -> None:
        self._encoders, self._widths = encoders, widths

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        width = sum(self._widths.values())
        products, sums = np.zeros((width, width), np.float32), np.zeros(width)
        with threadpool_limits(1):
            for batch in batches:
                blocks = scaled(batch, self._encoders, dict.fromkeys(self._encoders, 1.0))
                rows = _dense([blocks[part] for part in self._widths])
                products += rows.T @ rows
                sums += rows.sum(axis=0, dtype=np.float64)
        yield _as_row(products, sums)


class _AddUp:
    """Adds up the sums of several tasks."""

    def __init__(self, width: int) -> None:
        self._width = width

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        products, sums = np.zeros(self._width**2, np.float32), np.zeros(self._width)
        for batch in batches:
            for one, other in zip(batch.column("products"), batch.column("sums"), strict=True):
                products += np.frombuffer(one.as_buffer(), np.float32)
                sums += np.frombuffer(other.as_buffer())
        yield _as_row(products, sums)


def _as_row(products: np.ndarray, sums: np.ndarray) -> pa.RecordBatch:
    columns = [pa.array([products.tobytes()], pa.binary()), pa.array([sums.tobytes()], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["products", "sums"])


def _dense(blocks: Sequence[Any]) -> np.ndarray:
    return np.hstack([block.toarray() if sparse.issparse(block) else block for block in blocks])


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
