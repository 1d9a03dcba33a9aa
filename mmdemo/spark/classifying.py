"""Classify a table of any size: every row gets its answer in a worker, beside what stood there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from threadpoolctl import threadpool_limits

from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.encoders.threads import one_thread
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.model.answer_table import ANSWER_COLUMNS, BatchCount, answer_cells
from mmdemo.model.batch import answers
from mmdemo.model.model import Model
from mmdemo.spark.cells import Cells
from mmdemo.spark.places import check_new, remove
from mmdemo.spark.progress import Stages
from mmdemo.spark.source import ID, WRITTEN, WRONG, Source
from mmdemo.spark.table_files import AS_WRITTEN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NUMBERS = ("probability",)  # of ANSWER_COLUMNS; the others are text
_ROW = "row"


def classify_on_spark(spark: "SparkSession", model: Model, source: Source, output: str, stages: Stages) -> BatchCount:
    """Write the rows with their answers as Parquet, in as many files as there are parts, and return their counts.

    Raises a ConfigError where something is at `output` already, a DatasetError where no row holds what the model reads.
    """
    from pyspark.errors import AnalysisException

    check_new(spark, output)
    if not set(source.cells) & set(model.encoders):
        raise DatasetError(f"{source.name!r} has nothing that this model reads: {' or '.join(model.encoders)}.")
    with stages.stage("classify"):
        try:
            _answered(source, model).write.parquet(output)
        except AnalysisException:  # nothing is written yet; what is there by now is somebody else's
            raise
        except BaseException:
            remove(spark, output)
            raise
        return _counted(spark.read.options(**AS_WRITTEN).parquet(output))


@dataclass(frozen=True)
class _Answers:
    """Yields the answers to each batch of rows."""

    model: Model
    cells: Mapping[str, Cells]

    def __call__(self, batches: Any) -> Iterator[pa.RecordBatch]:
        with one_thread(), threadpool_limits(1):
            for batch in batches:
                found = [answer_cells(self.model, answer) for answer in answers(self.model, self._rows(batch))]
                columns = zip(*found, strict=True) if found else [()] * len(ANSWER_COLUMNS)
                arrays = [_array(name, column) for name, column in zip(ANSWER_COLUMNS, columns, strict=True)]
                kept = [batch.column(name) for name in (ID, WRITTEN) if name in batch.schema.names]
                names = [name for name in (ID, WRITTEN) if name in batch.schema.names]
                yield pa.RecordBatch.from_arrays([*kept, *arrays], names=[*names, *map(_of_answer, ANSWER_COLUMNS)])

    def _rows(self, batch: pa.RecordBatch) -> list[TableRow]:
        values = {name: cells.values(batch) for name, cells in self.cells.items()}
        wrong = batch.column(WRONG).to_pylist() if WRONG in batch.schema.names else [""] * batch.num_rows
        return [_row(id_, wrong[place], {name: found[place] for name, found in values.items()})
                for place, id_ in enumerate(batch.column(ID).to_pylist())]  # fmt: skip


def _row(id_: str, wrong: str | None, values: Mapping[str, Any]) -> TableRow:
    refused = [value for value in values.values() if isinstance(value, tuple)]
    error = wrong or (f"{id_[:1].upper()}{id_[1:]} {refused[0][0]}: {refused[0][1]}." if refused else "")
    return TableRow(id_, (), {name: value for name, value in values.items() if value and not error}, error)


def _answered(source: Source, model: Model) -> "DataFrame":
    """Return the rows as written, without columns that the answers' names take, and the answers."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import DoubleType, StringType, StructType

    has_written = WRITTEN in source.rows.columns
    schema = StructType([source.rows.schema[name] for name in (ID, WRITTEN)[: 1 + has_written]])
    for name in ANSWER_COLUMNS:
        schema = schema.add(_of_answer(name), DoubleType() if name in _NUMBERS else StringType())
    read = {name: cells for name, cells in source.cells.items() if name in model.encoders}
    found = source.rows.mapInArrow(_Answers(model, read), schema)
    written = source.rows.select(f"{WRITTEN}.*").columns if has_written else []
    kept = [name for name in written if name.casefold() not in ANSWER_COLUMNS]
    row = column_names([*map(str.casefold, kept), _ROW])[-1]  # another name where the table has such a column
    cells = [F.col(WRITTEN)[name].alias(name) for name in kept]
    answered = [F.col(_of_answer(name)).alias(name) for name in ANSWER_COLUMNS]
    return found.select(F.col(ID).alias(row), *cells, *answered)


def _counted(answered: "DataFrame") -> BatchCount:
    from pyspark.sql import functions as F

    sure, warned = F.sum((F.col("certainty") == "sure").cast("long")), F.sum((F.col("warnings") != "").cast("long"))
    counts = F.count(F.lit(1)).alias("n"), sure.alias("sure"), warned.alias("warned")
    rows = answered.groupBy("predicted").agg(*counts).collect()
    count = BatchCount()
    for row in rows:
        if row["predicted"] is None:
            count.failed += row["n"]
            continue
        count.labels[row["predicted"]] = row["n"]
        count.classified += row["n"]
        count.sure += row["sure"] or 0
        count.warned += row["warned"] or 0
    return count


def _array(name: str, column: Any) -> pa.Array:
    values = [None if value == "" else value for value in column]
    return pa.array(values, pa.float64() if name in _NUMBERS else pa.string())


def _of_answer(name: str) -> str:
    return f"answer_{name.replace(' ', '_')}"


def check_output(output: str) -> None:
    """Raise a ConfigError for a file's name that says another format."""
    if output.lower().endswith((".csv", ".xlsx")):
        raise ConfigError("With --engine spark the answers are written as Parquet: give --output a folder.")
