"""Find out what is at an address, and who reads it: Spark, or the local reader."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmdemo.datasets import working_copy
from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.mapping_file import read_mapping
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.own_dataset import dataset_of
from mmdemo.datasets.own_source import takes
from mmdemo.datasets.registry import SOURCES, check_options, check_there, load
from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark.source import Source, of_dataset
from mmdemo.spark.table_files import is_elsewhere, is_table
from mmdemo.spark.tables import open_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def check_data(data: str) -> None:
    """Raise a DatasetError where there is nothing at an address on this disk."""
    if data not in SOURCES and not is_elsewhere(data):
        check_there(data)


def open_source(spark: "SparkSession", data: str, options: Mapping[str, Any]) -> Source:
    """Return the rows of a sample, a table of Parquet or Delta, or a folder, zip or table of your own.

    options: of the dataset, such as which column is what. What the local reader reads, it reads here, up to 200,000
    rows; images are opened by the workers alone.

    Raises a DatasetError, one sentence, where there is nothing that can be read, a ConfigError for unknown options.
    """
    where, mapping = _described(data)
    if reads_by_itself(data):
        check_options(data, options, [*MODALITIES, LABEL, GROUP, "table", "rare"])
        return open_table(spark, where, mapping, Choices.from_options(options), options)
    return of_dataset(spark, _read_here(data, options))


def reads_by_itself(data: str) -> bool:
    """Return whether Spark reads this table, and not the local reader."""
    return data not in SOURCES and is_table(_described(data)[0])


def _described(data: str) -> tuple[str, ColumnMapping | None]:
    """Return where a table is, and what a mapping file says of its columns."""
    found = None if data in SOURCES else read_mapping(Path(data))
    return (str(found[0]), found[1]) if found else (data, None)


def _read_here(data: str, options: Mapping[str, Any]) -> Dataset:
    path = Path(data)
    if data in SOURCES or (path.exists() and working_copy.is_copy(path)):
        return load(data, **options)
    check_there(data)
    check_options(data, options, takes(path))
    return replace(dataset_of(own_data(path, choices=Choices.from_options(options)), options), location=data)


