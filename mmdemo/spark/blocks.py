"""The rows of a fit as arrays, kept on the workers' disks: made once, read at each step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from threadpoolctl import threadpool_limits

from mmdemo.encoders.encoder import Encoder
from mmdemo.spark.axes import Columns
from mmdemo.spark.features import holds, parts_of
from mmdemo.spark.split import LABEL

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame

_ROWS_A_TASK = 2_000  # at least: each step is a job of as many tasks as there are parts
_OF_ROWS, _OF_COLUMNS = ("codes", "held"), ("dense", "ends", "places", "values")


@dataclass(frozen=True)
class Block:
    """Some rows: codes of their classes (n,), which modalities they hold, and the columns of each.

    held: modality → bool (n,). dense, rest: modality → float32 (n, r), and sparse (n, s) or None; see `Columns`.
    """

    codes: np.ndarray
    held: Mapping[str, np.ndarray]
    dense: Mapping[str, np.ndarray]
    rest: Mapping[str, sparse.csr_matrix | None]


def blocks_of(
    rows: "DataFrame",
    count: int,
    encoders: Mapping[str, Encoder],
    columns: Mapping[str, Columns],
    codes: Mapping[str, int],
) -> "RDD[Block]":
    """Return so many encoded rows as blocks, which are made at their first use; codes: label → 0 … k − 1."""
    from pyspark import StorageLevel

    names = [*_OF_ROWS, *(f"{of}_{place}" for place in range(len(encoders)) for of in _OF_COLUMNS)]
    written = rows.mapInArrow(_Write(encoders, columns, codes, names), ", ".join(f"{name} binary" for name in names))
    at_once = rows.sparkSession.sparkContext.defaultParallelism
    if count < _ROWS_A_TASK * at_once:
        written = written.coalesce(max(1, count // _ROWS_A_TASK))
    widths = {name: (one.axes.shape[1], len(one.mean) - one.axes.shape[1]) for name, one in columns.items()}
    return written.rdd.map(_Read(widths)).persist(StorageLevel.DISK_ONLY)


class _Write:
    """Turns batches of encoded rows into one row of bytes each."""

    def __init__(
        self,
        encoders: Mapping[str, Encoder],
        columns: Mapping[str, Columns],
        codes: Mapping[str, int],
        names: list[str],
    ) -> None:
        self._encoders, self._columns, self._codes, self._names = encoders, columns, codes, names

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            codes = np.array([self._codes[label] for label in batch.column(LABEL).to_pylist()], np.int32)
            arrays = [codes, np.array(list(holds(batch, self._encoders).values()))]
            for name, encoder in self._encoders.items():
                with threadpool_limits(1):
                    dense, rest = self._columns[name].of(parts_of(batch, name, encoder))
                rest = sparse.csr_matrix((len(codes), 0), dtype=np.float32) if rest is None else rest
                arrays += [dense, rest.indptr.astype(np.int32), rest.indices.astype(np.int32), rest.data]
            found = [pa.array([np.ascontiguousarray(one).tobytes()], pa.binary()) for one in arrays]
            yield pa.RecordBatch.from_arrays(found, names=self._names)


class _Read:
    """Turns rows of bytes into blocks; widths: modality → columns along axes, and the others."""

    def __init__(self, widths: Mapping[str, tuple[int, int]]) -> None:
        self._widths = widths

    def __call__(self, row: Any) -> Block:
        codes = np.frombuffer(row["codes"], np.int32)
        held = np.frombuffer(row["held"], bool).reshape(len(self._widths), len(codes))
        dense, rest = {}, dict[str, sparse.csr_matrix | None]()
        for place, (name, (turned, others)) in enumerate(self._widths.items()):
            found = {of: row[f"{of}_{place}"] for of in _OF_COLUMNS}
            dense[name] = np.frombuffer(found["dense"], np.float32).reshape(len(codes), turned)
            ends, places = (np.frombuffer(found[of], np.int32) for of in ("ends", "places"))
            data = np.frombuffer(found["values"], np.float32)
            rest[name] = sparse.csr_matrix((data, places, ends), (len(codes), others)) if others else None
        return Block(codes, dict(zip(self._widths, held, strict=True)), dense, rest)
