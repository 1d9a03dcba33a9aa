"""The homonyms written by Spark: the same pairs whatever the parts, read by the local reader, never on the driver."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.datasets.homonym_captions import SENSES
from mmdemo.datasets.homonym_images import homonym_png
from mmdemo.datasets.homonym_table import homonym_alone, homonym_caption
from mmdemo.datasets.registry import load
from mmdemo.errors import DatasetError
from tests.spark_cluster import need_spark, spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

N = 210
DRIVER_TAKES = "200k"  # of all tasks of a job together; the pairs are about 3 MB


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SparkSession]":
    more = {"spark.driver.maxResultSize": DRIVER_TAKES}
    with spark_session(tmp_path_factory.mktemp("spark"), **more) as session:
        yield session


@pytest.fixture(scope="module")
def written(spark: "SparkSession", tmp_path_factory: pytest.TempPathFactory) -> Path:
    from mmdemo.spark.homonyms import write_homonyms

    path = tmp_path_factory.mktemp("written") / "pairs"
    write_homonyms(spark, N, str(path), seed=7, parts=7)
    return path


def rows_of(path: Path) -> pa.Table:
    return pa.concat_tables([pq.read_table(file) for file in sorted(path.glob("*.parquet"))])


def test_rows_lie_in_order_in_the_layout_of_hugging_face(written: Path) -> None:
    assert len(list(written.glob("*.parquet"))) == 7
    rows = rows_of(written)
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    assert dict(zip(rows.schema.names, rows.schema.types, strict=True)) == {
        "image": image, "text": pa.string(), "label": pa.string()
    }  # fmt: skip
    drawn = [homonym_alone(number, 0.5, 0.4, 7) for number in range(N)]
    assert rows["label"].to_pylist() == [SENSES[sense].label for sense, _, _ in drawn]
    assert rows["text"].to_pylist() == [
        homonym_caption(sense, ambiguous, 7, number) for number, (sense, ambiguous, _) in enumerate(drawn)
    ]
    for number in (0, 1, 99, N - 1):
        sense, _, covered = drawn[number]
        png = homonym_png(SENSES[sense].label, covered, 7, number)
        assert rows["image"][number].as_py() == {"bytes": png, "path": f"{number + 1:04d}.png"}


def test_equal_numbers_are_equal_pairs_whatever_the_parts_and_how_many(
    spark: "SparkSession", written: Path, tmp_path: Path
) -> None:
    from mmdemo.spark.homonyms import write_homonyms

    write_homonyms(spark, N, str(tmp_path / "one"), seed=7, parts=1)
    assert rows_of(tmp_path / "one").equals(rows_of(written))
    write_homonyms(spark, 40, str(tmp_path / "few"), seed=7)
    assert rows_of(tmp_path / "few").equals(rows_of(written)[:40])


def test_the_local_reader_reads_them(written: Path) -> None:
    dataset = load(written)
    assert list(dataset.frame.index) == [f"row {number}" for number in range(1, N + 1)]
    assert dataset.left_out == ()
    rows = rows_of(written)
    assert dataset.frame["label"].tolist() == rows["label"].to_pylist()
    assert dataset.frame["text"].tolist() == rows["text"].to_pylist()
    for number, path in enumerate(dataset.frame["image"]):
        assert Path(path).read_bytes() == rows["image"][number].as_py()["bytes"]


def test_no_row_passes_the_driver(spark: "SparkSession", written: Path) -> None:
    """They were written by a driver that refuses more than a tenth of them: it does refuse them here."""
    from py4j.protocol import Py4JJavaError

    assert sum(len(image["bytes"]) for image in rows_of(written)["image"].to_pylist()) > 2_000_000
    with pytest.raises(Py4JJavaError, match=r"spark\.driver\.maxResultSize"):
        spark.read.parquet(str(written)).collect()


def test_what_a_worker_yields_is_bounded() -> None:
    need_spark()
    from mmdemo.spark.homonyms import _draw

    numbers = pa.RecordBatch.from_pydict({"id": range(450)})
    batches = list(_draw([numbers], q_text=0.5, q_image=0.4, seed=1))
    assert [len(batch) for batch in batches] == [200, 200, 50]
    assert max(batch.nbytes for batch in batches) < 10_000_000


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"n": 39}, "Got n=39, but homonyms needs a whole number of at least 40, such as 50000."),
        ({"n": 80.5}, "Got n=80.5, but homonyms needs a whole number of at least 40, such as 50000."),
        ({"q_text": 1.1}, "Got q_text=1.1, but homonyms needs a share from 0 to 1, such as 0.5."),
        ({"q_image": -0.1}, "Got q_image=-0.1, but homonyms needs a share from 0 to 1, such as 0.5."),
        ({"seed": -1}, "Got seed=-1, but homonyms needs a whole number of at least 0, such as 42."),
        ({"parts": 0}, "Got parts=0, but homonyms needs a whole number of at least 1, such as 8."),
    ],
)
def test_what_it_cannot_write_is_refused(
    spark: "SparkSession", tmp_path: Path, wrong: dict[str, int], sentence: str
) -> None:
    from mmdemo.spark.homonyms import write_homonyms

    with pytest.raises(DatasetError) as caught:
        write_homonyms(spark, path=str(tmp_path / "new"), **{"n": 40, **wrong})
    assert str(caught.value) == sentence and not list(tmp_path.iterdir())


def test_what_lies_there_already_stays(spark: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.homonyms import write_homonyms

    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(DatasetError, match=r"There is something at .* already; give a folder that does not exist"):
        write_homonyms(spark, 40, str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
