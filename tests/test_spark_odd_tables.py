"""Tables as they lie around: places and columns with odd names, kinds of columns that Spark hardly knows."""

import datetime
import decimal
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.datasets.registry import load
from mmdemo.errors import DatasetError
from tests.spark_pairs import IMAGE

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from mmdemo.spark.source import Source

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
N = 12


def png(pixels: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", pixels)[1])


LABELS = ["cat", "dog"] * (N // 2)
CAPTIONS = [f"a nice {label} number {place} in a garden" for place, label in enumerate(LABELS)]
FILES = [png(np.random.default_rng(place).integers(0, 255, (16, 16, 3), dtype=np.uint8)) for place in range(N)]
COLUMNS = {"image": pa.array([{"bytes": one} for one in FILES], IMAGE), "text": CAPTIONS, "label": LABELS}
NAMES = {"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def opened(spark: "SparkSession") -> Callable[..., "Source"]:
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.session import session

    session()  # with our settings
    return lambda table, **options: open_source(spark, str(table), options)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(columns: Mapping[str, Any], name: str = "pairs/pairs.parquet", about: Any = None) -> Path:
        table = pa.table(dict(columns)).replace_schema_metadata({"huggingface": json.dumps(about)} if about else None)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, tmp_path / name)
        return (tmp_path / name).parent

    return written


def read_there(source: "Source") -> dict[str, list[str]]:
    """The ids, captions and labels of a source."""
    from mmdemo.spark.labels import spelling_of

    table = source.rows.toArrow()
    batch = table.combine_chunks().to_batches()[0]
    spelling = spelling_of(source)[0] or {}
    assert source.label is not None
    rows = {
        "id": table.column("id").to_pylist(),
        "text": source.cells["text"].values(batch),
        "label": [spelling[label] for label in source.label.texts(batch)],
    }
    order = np.argsort([int(row.removeprefix("row ")) for row in rows["id"]])
    return {name: [column[place] for place in order] for name, column in rows.items()}


def read_here(table: Path) -> dict[str, list[str]]:
    frame = load(str(table)).frame
    return {"id": list(frame.index), "text": frame["text"].tolist(), "label": frame["label"].tolist()}


@pytest.mark.parametrize("folder", ["with space é 100%", "data [2024] {a,b} *", "a:b", "x=1", "#1?"])
def test_a_folder_may_be_called_anything(folder: str, write: Write, opened: Callable[..., "Source"]) -> None:
    classes = {**COLUMNS, "label": [LABELS.index(label) for label in LABELS]}
    table = write(classes, f"{folder}/my pairs.parquet", NAMES)
    assert read_there(opened(table)) == read_here(table)
    assert read_there(opened(table / "my pairs.parquet"))["label"] == LABELS


MOMENTS = [datetime.datetime(2024, 5, 1, 12, 0, place) for place in range(N)]
DAYS = [datetime.datetime(2024, 5, 1 + place % 2) for place in range(N)]
OTHERS = {
    "another case": {"Label": LABELS, "TEXT": CAPTIONS},
    "names of ours": dict.fromkeys(("id", "row", "reason", "kind", "written", "wrong", "_metadata"), CAPTIONS),
    "dots and quotes": {"a.b": CAPTIONS, "`c`": CAPTIONS, "d`.e": CAPTIONS, " f": CAPTIONS, "": CAPTIONS},
    "nanoseconds, as pandas writes them": {"x": pa.array(MOMENTS, pa.timestamp("ns"))},
    "times of day": {"x": pa.array([one.time() for one in MOMENTS], pa.time64("us"))},
    "nothing at all": {"x": pa.nulls(N)},
    "nested": {"x": [["a", "b"]] * N, "y": [{"a": 1}] * N, "z": pa.array([[("k", 1)]] * N, pa.map_("string", "int32"))},
    "numbers": {"x": [decimal.Decimal("1.50")] * N, "y": [float("nan")] * N, "z": pa.array(range(N), pa.uint64())},
}


@pytest.mark.parametrize("name", OTHERS)
def test_columns_that_nobody_asks_for_do_no_harm(name: str, write: Write, opened: Callable[..., "Source"]) -> None:
    table = write(COLUMNS | OTHERS[name])
    source = opened(table)
    assert read_there(source) == read_here(table) and source.rows.count() == N
    assert source.rows.select("written").first() is not None


@pytest.mark.parametrize(
    "labels",
    [
        pa.array(LABELS).dictionary_encode(),
        pa.array([label.encode() for label in LABELS], pa.binary()),
        pa.array([float(place % 2) for place in range(N)]),
        pa.array([place % 2 == 0 for place in range(N)]),
        pa.array([decimal.Decimal(place % 2) for place in range(N)], pa.decimal128(10, 2)),
        pa.array(DAYS, pa.timestamp("us")),
        pa.array(DAYS, pa.timestamp("us", "UTC")),
        pa.array([["a"] if place % 2 else ["b", "é"] for place in range(N)]),
    ],
    ids=lambda one: str(one.type).replace(" ", ""),
)
def test_labels_read_as_they_do_here(
    labels: pa.Array, write: Write, opened: Callable[..., "Source"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    table = write({**COLUMNS, "label": labels})
    assert read_there(opened(table)) == read_here(table)


def test_captions_may_be_written_as_bytes(write: Write, opened: Callable[..., "Source"]) -> None:
    words = [f"{'ä' * place} {caption}".encode() for place, caption in enumerate(CAPTIONS)]
    table = write({**COLUMNS, "image": FILES, "text": words})
    source = opened(table)
    assert read_there(source) == read_here(table)
    assert source.cells["image"].columns[0].kind == "file"


def test_folders_named_for_a_class_keep_its_name(write: Write, opened: Callable[..., "Source"]) -> None:
    for label in ("007", "1e3"):
        table = write({"image": COLUMNS["image"], "text": CAPTIONS}, f"pairs/label={label}/part.parquet").parent
    assert Counter(read_there(opened(table))["label"]) == {"007": N, "1e3": N}


def test_rows_are_numbered_by_names_not_by_addresses(write: Write, opened: Callable[..., "Source"]) -> None:
    table = write(COLUMNS, "pairs/part-00001-é.parquet")  # in an address %C3%A9, which is before any letter
    write(COLUMNS | {"text": [f"{caption} again" for caption in CAPTIONS]}, "pairs/part-00001-z.parquet")
    assert read_there(opened(table)) == read_here(table)


def test_what_is_no_parquet_is_said_to_be_none(tmp_path: Path, opened: Callable[..., "Source"]) -> None:
    (tmp_path / "pairs.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(DatasetError, match=r"^'.*pairs.parquet' cannot be read as Parquet: .*footer[^\n]*\.$"):
        opened(tmp_path / "pairs.parquet")
