"""The rows that are left out: all counted by reason, the first of them named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mmdemo.datasets.left_out import LeftOut
from mmdemo.spark.encoded_columns import WHY
from mmdemo.spark.source import ID

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_NAMED = 1_000


@dataclass(frozen=True)
class LeftOutRows:
    """kinds: kind of reason → how many rows. rows: at most `MOST_NAMED` of them."""

    kinds: Mapping[str, int]
    rows: tuple[LeftOut, ...]

    @property
    def such_as(self) -> str:
        """The end of a sentence, with an example where there is one."""
        return f", such as this: {self.rows[0]}" if self.rows else "."


def left_out_rows(keys: "DataFrame", counted: Sequence[Any]) -> LeftOutRows:
    """Return what is left out of encoded rows; counted: `kind`, null for rows that are not, and `rows`.

    Spark's accumulators would count rows twice where their task is tried again; a count of rows does not.
    """
    kinds = {row["kind"]: row["rows"] for row in counted if row["kind"] is not None}
    if not kinds:
        return LeftOutRows({}, ())
    first = keys.where("kind IS NOT NULL").select(ID, *WHY).limit(MOST_NAMED).collect()
    return LeftOutRows(kinds, tuple(sorted((LeftOut(*row) for row in first), key=lambda row: in_order(row.row))))


def in_order(row: str) -> tuple[int, str]:
    """Return what sorts rows as a person would: "row 9" before "row 10".

    >>> sorted(["row 10", "row 9"], key=in_order)
    ['row 9', 'row 10']
    """
    return len(row), row


def in_row_order(rows: pa.Table) -> pa.Table:
    """Return rows in the order of the table they were read from."""
    ids = rows.column(ID).to_pylist()
    return rows.take(pa.array(sorted(range(len(ids)), key=lambda place: in_order(ids[place])), pa.int64()))
