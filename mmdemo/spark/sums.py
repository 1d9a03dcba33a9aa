"""What is known of blocks of features after one pass over the rows: counts, means and variances, and so their scale."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.variances import beyond_rounding, column_variances
from mmdemo.spark.features import Part, holds, parts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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
