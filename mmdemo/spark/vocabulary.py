"""How many rows each token stands in, counted by Spark, and encoders fitted on these counts alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mmdemo.encoders.encoder import Encoder
from mmdemo.model.config import ModelConfig
from mmdemo.spark.cutting import kept
from mmdemo.spark.encoded_columns import value_column
from mmdemo.spark.features import assembled

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MOST_WEIGHTS = 2_000_000  # tokens times classes, of which the regression keeps some thirty numbers each on the driver
_FEWEST, _MOST = 5_000, 200_000  # tokens, whatever the classes


def fitted_encoders(rows: "DataFrame", config: ModelConfig, classes: int) -> tuple[dict[str, Encoder], tuple[str, ...]]:
    """Return modality → encoder fitted on encoded rows, and a note where rare tokens are left out."""
    encoders, notes = {}, list[str]()
    for name in config.encoders:
        encoder, parts = config.build_encoder(name), []
        for part in encoder.parts:
            if part.frozen:
                parts.append(part)
                continue
            counts, count, note = _frequencies(rows, name, part, classes)
            parts.append(part.fit_counts(counts, count))  # type: ignore[attr-defined]
            notes += [note] if note else []
        encoders[name] = assembled(encoder, parts)
    return encoders, tuple(notes)


def _frequencies(rows: "DataFrame", name: str, part: Any, classes: int) -> tuple[dict[str, int], int, str]:
    """Return token → how many rows it stands in, how many rows hold a value, and a note on what is left out."""
    from pyspark.sql import functions as F

    held = rows.where(F.col(value_column(name)).isNotNull()).select(F.col(value_column(name)).alias("value"))
    counts = kept(held.mapInArrow(_Tokens(part), "token string").groupBy("token").count())
    found, note = _frequent(counts, max(_FEWEST, min(_MOST, _MOST_WEIGHTS // classes)))
    return found, held.count(), note


def _frequent(counts: "DataFrame", most: int) -> tuple[dict[str, int], str]:
    """Return the `most` tokens that stand in most rows with these counts, and a note on the others."""
    from pyspark.sql import functions as F

    of_size = counts.groupBy("count").agg(F.count("token").alias("tokens"))
    sizes = {row["count"]: row["tokens"] for row in of_size.collect()}
    least, left_out = least_frequent(sizes, most)
    chosen, too_many = counts.where(F.col("count") >= least), sum(sizes.values()) - left_out - most
    if too_many > 0:  # stand equally often, as where every caption is a code
        chosen, least, left_out = chosen.orderBy("token").limit(most), least + 1, left_out + too_many
    found = {row["token"]: row["count"] for row in chosen.collect()}
    return found, f"Left out: {left_out:,} words that stand in fewer than {least:,} pairs." if left_out else ""


def least_frequent(sizes: dict[int, int], most: int) -> tuple[int, int]:
    """Return in how many rows a token has to stand for at most `most` tokens to be kept, and how many are left out.

    sizes: how often → how many tokens stand so often.

    >>> least_frequent({1: 50, 2: 10, 9: 3}, most=20)
    (2, 50)
    """
    kept, least = 0, 1
    for often in sorted(sizes, reverse=True):
        if kept and kept + sizes[often] > most:
            least = often + 1
            break
        kept += sizes[often]
    return least, sum(sizes.values()) - kept


class _Tokens:
    """Yields the different tokens of each row's value."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            values = batch.column("value").to_pylist()
            found = [token for value in values for token in set(self._part.analysed(value.decode()))]
            yield pa.RecordBatch.from_arrays([pa.array(found, pa.string())], names=["token"])
