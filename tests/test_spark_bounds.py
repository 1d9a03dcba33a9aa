"""What the driver holds, and what a model is judged by, stays what it should be where a table is an odd one."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.bundles.bundle import load as load_bundle
from mmdemo.bundles.writing import save_parts
from mmdemo.errors import DatasetError
from mmdemo.model.config import ModelConfig

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("counts", "kept", "note"),
    [
        ({"a": 9, "b": 2, "c": 2, "d": 1}, {"a": 9, "b": 2, "c": 2}, "1 words that stand in fewer than 2"),
        ({f"code {place}": 1 for place in range(8)}, {f"code {place}": 1 for place in range(3)}, "5 words"),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1}, ""),
        ({}, {}, ""),
    ],
)
def test_the_driver_is_given_no_more_words_than_it_may_hold(
    spark: "SparkSession", counts: dict[str, int], kept: dict[str, int], note: str
) -> None:
    from mmdemo.spark.vocabulary import _frequent

    columns = {"token": pa.array(list(counts), pa.string()), "count": pa.array(list(counts.values()), pa.int64())}
    found, said = _frequent(spark.createDataFrame(pa.table(columns)), most=3)
    assert found == kept and note in said and bool(note) == bool(said)


def test_thousands_of_rare_classes_are_left_out(spark: "SparkSession") -> None:
    from mmdemo.spark.split import _without

    rows = spark.createDataFrame(pa.table({"label": ["ox", "cat", "class 7", "class 19999"]}))
    found = _without(rows, [f"class {number}" for number in range(20_000)]).collect()
    assert sorted(row["label"] for row in found) == ["cat", "ox"]


def captions(folder: Path) -> Path:
    rows = [{"id": 100 + row, "Row": "theirs", "text": f"{word} of {row}", "label": word}
            for row, word in enumerate(["oxen", "cats"] * 20)]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "captions.parquet")
    return folder / "captions.parquet"


def test_a_model_that_has_seen_all_its_data_is_not_judged_by_it(spark: "SparkSession", tmp_path: Path) -> None:
    """Of very many training pairs a bundle names some; of several folds, all pairs were trained on."""
    from mmdemo.spark.classifying import classify_on_spark
    from mmdemo.spark.evaluating import evaluate_on_spark
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.progress import Stages
    from mmdemo.spark.rows_to_classify import source_to_classify
    from mmdemo.spark.session import session
    from mmdemo.spark.training import train_on_spark

    session()  # with our settings
    table = str(captions(tmp_path))
    config = ModelConfig({"text": "tfidf"}, folds=3, C=10)
    parts = train_on_spark(spark, open_source(spark, table, {}), config).parts
    some = {name: rows[:9] for name, rows in parts.train_features.items()}
    fewer = replace(parts, train_ids=parts.train_ids[:9], digests=parts.digests[:9], train_features=some)
    save_parts(fewer, tmp_path / "model", "", {"engine": "spark"})
    bundle = load_bundle(tmp_path / "model")
    with pytest.raises(DatasetError, match="holds no row that this model was not trained on"):
        evaluate_on_spark(spark, bundle, open_source(spark, table, {}))

    output = str(tmp_path / "answers [1]")
    source = source_to_classify(spark, table, {})
    count = classify_on_spark(spark, bundle.model, source, output, Stages(spark, lambda event: None))
    assert count.classified == 40
    answers = pq.read_table(output)
    assert answers.column_names[:4] == ["row (2)", "id", "Row", "text"]
    assert sorted(answers.column("id").to_pylist()) == list(range(100, 140))
