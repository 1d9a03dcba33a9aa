"""The columns that the regressions read: features along the axes in which they vary most, and words as they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.linalg import eigh
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.spark.features import parts_of, side_by_side

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FELT = 0.01  # n · C · variance of an axis below which a regression cannot tell its weight from 0
MOST_TURNED = 3_000  # columns of a modality whose axes are looked for
_MERGED = 16  # sums that one task adds up
_SCHEMA = "name string, products binary, sums binary, squares binary"


@dataclass(frozen=True)
class Columns:
    """A modality's columns: the parts that are turned, along their axes, and beside them the others as they are.

    A regression has the same optimum along any orthonormal axes, and is found in a fraction of the steps where columns
    do not vary together.

    widths: of the parts, in order. turned: places of those turned. centre, axes: (d,) and (d, r), of these.
    mean, variances: (r + s,), of all columns; the mean is 0 along the axes, whose features are centred.
    """

    widths: tuple[int, ...]
    turned: tuple[int, ...]
    centre: np.ndarray
    axes: np.ndarray
    mean: np.ndarray
    variances: np.ndarray

    def of(self, parts: Sequence[Any]) -> tuple[np.ndarray, sparse.csr_matrix | None]:
        """Return the columns of parts (n, d) each: those along the axes, float32 (n, r), and the others (n, s)."""
        turned = np.zeros((parts[0].shape[0], 0), np.float32)
        if self.turned:
            turned = (side_by_side([parts[place] for place in self.turned]) - self.centre) @ self.axes
        rest = [sparse.csr_matrix(part) for place, part in enumerate(parts) if place not in self.turned]
        return turned, sparse.hstack(rest, format="csr", dtype=np.float32) if rest else None

    def lifted(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return weights (k, d) of the parts side by side for weights (k, r + s), and what intercepts lose, (k,)."""
        width = self.axes.shape[1]
        back, rest = weights[:, :width] @ self.axes.T, weights[:, width:]
        shift, blocks = back @ self.centre, []
        for place, part in enumerate(self.widths):
            block, left = np.split(back if place in self.turned else rest, [part], axis=1)
            back, rest = (left, rest) if place in self.turned else (back, left)
            blocks.append(block)
        return np.hstack(blocks), shift


@dataclass(frozen=True)
class Products:
    """Sums over all rows, zero in those that lack the modality.

    widths, turned: as in `Columns`. products: of any two of the turned columns, (d, d). sums: of all columns, turned
    ones first, (d + s,). squares: of the others, (s,).
    """

    widths: tuple[int, ...]
    turned: tuple[int, ...]
    products: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    def columns(self, rows: int, felt: float) -> Columns:
        """Return the columns of so many rows; felt: the largest C times the square of the modality's factor.

        What varies so little that no weight could be told from 0 is left out.
        """
        width = len(self.products)
        mean, others = np.split(self.sums / rows, [width])
        centre = mean.astype(np.float32)
        covariance = self.products / np.float32(rows)  # in place from here, for it is large
        covariance -= np.outer(centre, centre)
        values, axes = eigh(covariance, overwrite_a=True, check_finite=False) if width else (np.zeros(0), covariance)
        kept = values * rows * felt > _FELT
        kept[-1:] = True
        spread = np.maximum(np.concatenate([values[kept], self.squares / rows - others**2]), 0.0)
        means = np.concatenate([np.zeros(np.count_nonzero(kept)), others])
        return Columns(self.widths, self.turned, centre, np.asarray(axes[:, kept], np.float32), means, spread)


def products_of(rows: "DataFrame", encoders: Mapping[str, Encoder]) -> dict[str, Products]:
    """Return modality → the products of its columns in encoded rows: of all, or where they are many, of dense ones."""
    widths = {name: tuple(part.n_features_out for part in encoder.parts) for name, encoder in encoders.items()}
    turned = {name: _turned(encoder) for name, encoder in encoders.items()}
    partial = rows.mapInArrow(_Multiply(encoders, turned), _SCHEMA)
    parts = rows.rdd.getNumPartitions()
    while parts > 1:  # a few megabytes each: in groups, so that the driver is given one of each modality
        parts = -(-parts // _MERGED) if parts > _MERGED else 1
        partial = partial.repartition(parts).mapInArrow(_add_up, _SCHEMA)
    found = {}
    for row in partial.toArrow().to_pylist():
        name, (products, *others) = row["name"], _read(row)
        width = sum(widths[name][place] for place in turned[name])
        found[name] = Products(widths[name], turned[name], products.reshape(width, width), *others)
    return found


def _turned(encoder: Encoder) -> tuple[int, ...]:
    whole = sum(part.n_features_out for part in encoder.parts)
    return tuple(place for place, part in enumerate(encoder.parts) if part.frozen or whole <= MOST_TURNED)


class _Multiply:
    """Sums up the products of a task's rows."""

    def __init__(self, encoders: Mapping[str, Encoder], turned: Mapping[str, tuple[int, ...]]) -> None:
        self._encoders, self._turned = encoders, turned

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        whole: dict[str, list[np.ndarray]] = {}
        with threadpool_limits(1):
            for batch in batches:
                for name, encoder in self._encoders.items():
                    _add(whole, name, self._of(parts_of(batch, name, encoder), self._turned[name]))
        yield _written(whole)

    @staticmethod
    def _of(parts: Sequence[Any], places: tuple[int, ...]) -> list[np.ndarray]:
        turned = side_by_side([parts[place] for place in places]) if places else np.zeros((1, 0), np.float32)
        rest = [sparse.csr_matrix(part) for place, part in enumerate(parts) if place not in places]
        others = sparse.hstack(rest, format="csr") if rest else sparse.csr_matrix((1, 0), dtype=np.float32)
        sums = [turned.sum(axis=0, dtype=np.float64), np.asarray(others.sum(axis=0, dtype=np.float64)).ravel()]
        squares = np.asarray(others.multiply(others).sum(axis=0, dtype=np.float64)).ravel()
        return [turned.T @ turned, np.concatenate(sums), squares]


def _add_up(batches: Any) -> Iterator[pa.RecordBatch]:
    whole: dict[str, list[np.ndarray]] = {}
    for batch in batches:
        for row in batch.to_pylist():
            _add(whole, row["name"], _read(row))
    yield _written(whole)


def _add(whole: dict[str, list[np.ndarray]], name: str, found: list[np.ndarray]) -> None:
    if name not in whole:
        whole[name] = [one.copy() for one in found]
    else:
        for total, one in zip(whole[name], found, strict=True):
            total += one


def _read(row: Mapping[str, Any]) -> list[np.ndarray]:
    kinds = {"products": np.float32, "sums": np.float64, "squares": np.float64}
    return [np.frombuffer(row[name], kind) for name, kind in kinds.items()]


def _written(whole: Mapping[str, list[np.ndarray]]) -> pa.RecordBatch:
    columns = [pa.array([one[place].tobytes() for one in whole.values()], pa.binary()) for place in range(3)]
    names = pa.array(list(whole), pa.string())
    return pa.RecordBatch.from_arrays([names, *columns], names=["name", "products", "sums", "squares"])
