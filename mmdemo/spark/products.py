"""The axes along which the features of all training pairs vary most, from the sums of their products."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy.linalg import eigh
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.spark.features import Part, scaled, side_by_side

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FELT = 0.03  # n · C · variance of an axis below which a regression cannot tell its weight from 0
MOST_TURNED = 3_000  # columns whose axes are looked for
_MERGED = 16  # sums that one task adds up


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
                rows = side_by_side([blocks[part] for part in self._widths])
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
