"""The homonyms at any size, drawn by Spark's workers: no row passes the driver."""

from collections.abc import Iterable, Iterator
from functools import partial
from numbers import Integral

import pyarrow as pa
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from mmdemo.datasets.homonym_pair import LAYOUT, homonym_pair
from mmdemo.datasets.homonyms import SMALLEST, check_chances
from mmdemo.errors import DatasetError

_MOST_IN_FILE = 4_000  # pairs: about 80 MB
_AT_ONCE = 200  # pairs of an Arrow batch: about 4 MB
_ROW_GROUP = 32 * 2**20  # bytes that a writer holds; Parquet's default, 128 MB, would be held for every core
_TAKEN = "PATH_ALREADY_EXISTS"


def write_homonyms(
    spark: SparkSession,
    n: int,
    path: str,
    q_text: float = 0.5,
    q_image: float = 0.4,
    seed: int = 42,
    parts: int | None = None,
) -> None:
    """Write `n` pairs of the homonyms as Parquet, a PNG's bytes and path, a caption and a label each.

    Labels are names, for Spark's writer cannot set the metadata by which Hugging Face names numbers.
    Each worker draws a row from its number and the seed alone, so that equal numbers give equal pairs, whatever `n` and
    the parts. The classes, the ambiguous captions and the covered images are drawn independently: the best possible
    accuracies of `mmdemo.datasets.homonyms` hold in expectation. Rows lie in the order of their numbers.

    n: at least 40. parts: the files, by default of at most 4,000 pairs, and one a core.
    Raises DatasetError for other arguments, or where there is something at `path`.
    """
    _check(n, parts)
    check_chances(q_text, q_image, seed)
    draw = partial(_draw, q_text=q_text, q_image=q_image, seed=seed)
    numbers = spark.range(n, numPartitions=parts or _parts(n, spark.sparkContext.defaultParallelism))
    try:
        numbers.mapInArrow(draw, LAYOUT).write.option("parquet.block.size", _ROW_GROUP).parquet(path)
    except AnalysisException as error:
        if error.getCondition() == _TAKEN:
            raise DatasetError(f"There is something at {path} already; give a folder that does not exist.") from error
        raise


def _check(n: int, parts: int | None) -> None:
    if not isinstance(n, Integral) or n < SMALLEST:
        raise DatasetError(f"Got n={n!r}, but homonyms needs a whole number of at least {SMALLEST}, such as 50000.")
    if parts is not None and (not isinstance(parts, Integral) or parts < 1):
        raise DatasetError(f"Got parts={parts!r}, but homonyms needs a whole number of at least 1, such as 8.")


def _parts(n: int, cores: int) -> int:
    """Return the number of files.

    >>> _parts(40, cores=2), _parts(50_000, cores=2), _parts(50_000, cores=64), _parts(40, cores=64)
    (2, 13, 64, 40)
    """
    return max(min(n, cores), -(-n // _MOST_IN_FILE))


def _draw(batches: Iterable[pa.RecordBatch], q_text: float, q_image: float, seed: int) -> Iterator[pa.RecordBatch]:
    """Yield the pairs of the numbers in the column `id`; runs in a worker."""
    for batch in batches:
        for start in range(0, len(batch), _AT_ONCE):
            numbers = batch.column("id").slice(start, _AT_ONCE).to_pylist()
            yield pa.RecordBatch.from_pylist([homonym_pair(number, q_text, q_image, seed) for number in numbers])
