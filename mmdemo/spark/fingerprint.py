"""What a table is recognised by: the local engine's fingerprint where that could read it, else one without an order."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mmdemo.datasets.base import fingerprint_of_rows
from mmdemo.datasets.tables.bounds import MOST_ROWS
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.encoded_columns import digest_column
from mmdemo.spark.source import ID, Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def fingerprint_of(source: Source, keys: "DataFrame") -> str:
    """Return the fingerprint of encoded rows that are not left out."""
    from pyspark.sql import functions as F

    if source.dataset is not None:
        return source.dataset.fingerprint()
    names = [name for name in MODALITIES if name in source.cells]
    rows = keys.where("kind IS NULL").select(ID, "label", "group", *map(digest_column, names))
    if rows.count() <= MOST_ROWS:
        return fingerprint_of_rows(_as_local(row, names) for row in rows.orderBy(ID).toLocalIterator())
    each = rows.select(F.xxhash64(*rows.columns).alias("one"))
    whole = each.agg(F.count("one"), F.bit_xor("one"), F.sum(F.col("one") % 2**31)).collect()[0]
    return hashlib.sha256(repr(tuple(whole)).encode()).hexdigest()


def _as_local(row: Sequence[str | None], names: Sequence[str]) -> tuple[str | None, ...]:
    """Return a row as `Dataset.fingerprint` writes it."""
    digests = zip(names, row[3:], strict=True)
    return (*row[:3], *(None if digest is None else f"{name} {digest}" for name, digest in digests))
