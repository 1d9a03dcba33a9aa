"""What Spark reads of a table is what the local reader reads of it: columns, rows, labels, and what is left out."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.left_out import kinds_of
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.own_dataset import dataset_of, unlabelled_rows
from mmdemo.datasets.registry import load
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from tests.picture_files import png
from tests.spark_pairs import rows_of, write_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from mmdemo.spark.source import Source

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ENCODERS = {"image": "efficientnet", "text": "word_vectors"}
IMAGE = png((40, 30), 8, 2)


@pytest.fixture(scope="module")
def quick(spark: "SparkSession") -> "SparkSession":
    from mmdemo.spark.session import session

    return session()


@dataclass(frozen=True)
class Found:
    """What was made of a table.

    columns: role → names of columns. labels: row id → label. left_out: row id → kind. said: row id → reason.
    """

    columns: Mapping[str, tuple[str, ...]]
    captions: Mapping[str, str]
    groups: Mapping[str, str]
    labels: Mapping[str, str]
    left_out: Mapping[str, str]
    said: Mapping[str, str]
    notes: tuple[str, ...]


def _here(path: Path, options: Mapping[str, str]) -> Found:
    own = own_data(path, choices=Choices.from_options(options), verify=True)
    left_out = [*own.left_out, *unlabelled_rows(own.unlabelled)]
    frame = own.frame
    texts = dict(frame["text"]) if "text" in frame else {}
    return Found(
        columns={name: found for name, found in own.mapping.columns.items() if found}
        | {role: (name,) for role, name in ((LABEL, own.mapping.label), (GROUP, own.mapping.group)) if name},
        captions={str(row): str(text) for row, text in texts.items()},
        groups={str(row): str(one) for row, one in dict(frame.get(GROUP, {})).items() if one},
        labels={str(row): str(label) for row, label in frame[LABEL].items()},
        left_out={row.row: row.kind for row in left_out},
        said={row.row: row.reason for row in left_out},
        notes=own.notes,
    )


def _there(spark: "SparkSession", path: Path, options: Mapping[str, str]) -> Found:
    from mmdemo.spark.encode import Encoding
    from mmdemo.spark.labels import spelling_of
    from mmdemo.spark.opening import open_source

    source = open_source(spark, str(path), options)
    spelling, notes = spelling_of(source)
    config = ModelConfig({name: encoder for name, encoder in ENCODERS.items() if name in source.cells})
    encoding = Encoding(config, source.cells, source.label, source.group, spelling)
    rows = source.rows.mapInArrow(encoding, encoding.schema()).collect()
    used = [row for row in rows if row["kind"] is None]
    return Found(
        columns=_columns(source),
        captions={row["id"]: (row["value_text"] or b"").decode() for row in used} if "text" in source.cells else {},
        groups={row["id"]: row["group"] for row in used if row["group"]},
        labels={row["id"]: row["label"] for row in used},
        left_out={row["id"]: row["kind"] for row in rows if row["kind"]},
        said={row["id"]: row["reason"] for row in rows if row["kind"]},
        notes=(*source.notes, *notes),
    )


def _columns(source: "Source") -> dict[str, tuple[str, ...]]:
    """Return role → the columns that it is read from, which the plan of the rows still names."""
    chosen = source.rows._jdf.queryExecution().analyzed().toString()  # type: ignore[operator]
    found: dict[str, tuple[str, ...]] = {}
    for name, cells in source.cells.items():
        found[name] = tuple(_written(chosen, column.name) for column in cells.columns)
    for role, one in ((LABEL, source.label), (GROUP, source.group)):
        if one is not None:
            found[role] = (_written(chosen, one.name),)
    return found


def _written(plan: str, name: str) -> str:
    """Return the column that is read under a name: `cast(Title#4 as binary) AS text_0#9` or `Kind#2 AS label#7`."""
    found = re.search(rf"(?:cast\()?([^,\[\]()]+?)#\d+L?(?: as binary\))? AS {name}#", plan)
    assert found, (name, plan)
    return found[1].strip()


def _assert_same(spark: "SparkSession", path: Path, **options: str) -> Found:
    here, there = _here(path, options), _there(spark, path, options)
    assert there.columns == here.columns
    assert there.labels == here.labels
    assert there.left_out == here.left_out
    assert all(here.said[row].startswith(why) for row, why in there.said.items())  # which names a similar file, too
    assert there.groups == here.groups
    assert {row: text for row, text in there.captions.items() if text} == {
        row: text for row, text in here.captions.items() if text}  # fmt: skip
    assert list(there.notes) == [note for note in here.notes if "files." not in note and "--table" not in note]
    return there


def _captions(count: int = 12) -> dict[str, list[Any]]:
    return {"Title": [f"a thing of number {place} in the shop" for place in range(count)],
            "Kind": [("cat", "dog", "ox")[place % 3] for place in range(count)]}  # fmt: skip


def _written_to(path: Path, columns: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(columns)).replace_schema_metadata(dict(metadata or {})), path)
    return path


def _pairs(folder: Path) -> Path:
    """Images as Hugging Face lays them out, captions, class numbers; in three files."""
    sample = load("homonyms", n=40)
    return write_table(rows_of(sample), sample.classes, folder / "pairs")


def _captions_alone(folder: Path) -> Path:
    return _written_to(folder / "shop.parquet", _captions())


def _images_alone(folder: Path) -> Path:
    return _written_to(folder / "shop.parquet", {"picture": [IMAGE] * 12, "Kind": _captions()["Kind"]})


def _several_captions(folder: Path) -> Path:
    columns = _captions()
    more = {"Description": [f"it is made of wood, {place} years old, and round" for place in range(12)]}
    return _written_to(folder / "shop.parquet", columns | more)


def _missing_images(folder: Path) -> Path:
    """Some cells are null, some empty bytes, some name a file that is not there, some are placeholders."""
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    cells = [{"bytes": IMAGE, "path": "a.png"}, None, {"bytes": b"", "path": None}, {"bytes": None, "path": "no.png"},
             {"bytes": None, "path": "N/A"}, {"bytes": IMAGE, "path": None}]  # fmt: skip
    return _written_to(folder / "shop.parquet", {"image": pa.array(cells * 2, kind), **_captions()})


def _images_by_path(folder: Path) -> Path:
    for place in range(10):
        (folder / "img").mkdir(parents=True, exist_ok=True)
        (folder / "img" / f"{place}.png").write_bytes(IMAGE)
    files = [f"img/{place}.png" for place in range(12)]  # two are not there
    return _written_to(folder / "shop.parquet", {"File": files, **_captions()})


def _groups_and_case(folder: Path) -> Path:
    columns = _captions()
    columns["Kind"] = ["Cat", "cat", "Cat ", "dog", "DOG", "dog", "ox", "OX\n", "ox", "cat", "", None]
    return _written_to(folder / "shop.parquet", columns | {"group": [f"shop {place // 4}" for place in range(12)]})


def _numbers(folder: Path) -> Path:
    return _written_to(folder / "shop.parquet", _captions() | {"Kind": [1.0, 2.0, 3.0, None] * 3})


def _number_words(folder: Path) -> Path:
    return _written_to(folder / "shop.parquet", _captions() | {"Kind": ["1.0", "1", "2", "2.0", "3", "3.00"] * 2})


def _bad_labels(folder: Path) -> Path:
    columns = _captions()
    columns["Kind"][:3] = ["x" * 300, "a\x07b", " "]
    columns["Title"][3:6] = ["", "?!", None]
    return _written_to(folder / "shop.parquet", columns)


def _not_utf8(folder: Path) -> Path:
    columns = _captions()
    texts = [one.encode() for one in columns["Title"]]
    texts[4] = "ein Stück für das Café".encode("latin-1")
    return _written_to(folder / "shop.parquet", columns | {"Title": pa.array(texts).view(pa.string())})


def _classes_beyond(folder: Path) -> Path:
    """Class numbers, some of which have no name."""
    about = {"huggingface": json.dumps({"info": {"features": {"Kind": {"names": ["cat", "dog"]}}}})}
    return _written_to(folder / "shop.parquet", _captions() | {"Kind": [0, 1, 0, 1, -1, 7] * 2}, about)


def _odd_names(folder: Path) -> Path:
    columns = _captions()
    return _written_to(folder / "shop.parquet", {"a `title`, or.two": columns["Title"], "the kind": columns["Kind"]})


TABLES: Sequence[Callable[[Path], Path]] = (
    _pairs, _captions_alone, _images_alone, _several_captions, _missing_images, _images_by_path, _groups_and_case,
    _numbers, _number_words, _bad_labels, _not_utf8, _classes_beyond,
)  # fmt: skip


@pytest.mark.parametrize("made", TABLES, ids=lambda made: made.__name__.strip("_"))
def test_a_table_is_read_as_the_local_reader_reads_it(
    made: Callable[[Path], Path], quick: "SparkSession", tmp_path: Path
) -> None:
    found = _assert_same(quick, made(tmp_path))
    assert len(set(found.labels.values())) > 1 and len(found.labels) > 3


def test_columns_are_chosen_as_here(quick: "SparkSession", tmp_path: Path) -> None:
    path = _several_captions(tmp_path)
    assert _assert_same(quick, path, text="Description").columns["text"] == ("Description",)
    both = json.dumps(["Title", "Description"])
    assert _assert_same(quick, path, text=both).captions["row 1"].endswith("and round")
    assert _assert_same(quick, path, group="Title", text="Description").columns[GROUP] == ("Title",)


def test_columns_of_odd_names(quick: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.opening import open_source

    source = open_source(quick, str(_odd_names(tmp_path)), {"label": "the kind", "text": "a `title`, or.two"})
    rows = source.rows.collect()
    assert len(rows) == 12 and bytes(rows[0]["text_0"]).startswith(b"a thing") and rows[0]["label"] is not None


def test_a_mapping_file_is_followed(quick: "SparkSession", tmp_path: Path) -> None:
    _several_captions(tmp_path)
    mapping = {"fusion_lab": 1, "data": "shop.parquet", "columns": {"text": ["Description"]}, "label": "Kind"}
    (tmp_path / "shop.json").write_text(json.dumps(mapping))
    assert _assert_same(quick, tmp_path / "shop.json").columns["text"] == ("Description",)


def test_of_several_tables_the_largest_is_read_unless_one_is_named(quick: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.opening import open_source

    for name, count in (("test", 9), ("train", 12)):
        _written_to(tmp_path / "both" / f"{name}-00000-of-00001.parquet", _captions(count))
    assert len(_assert_same(quick, tmp_path / "both").labels) == 12
    assert len(_assert_same(quick, tmp_path / "both", table="test-00000-of-00001.parquet").labels) == 9
    with pytest.raises(DatasetError, match=r"holds no table 'no.parquet'; it holds 'test-00000-of-00001.parquet', "):
        open_source(quick, str(tmp_path / "both"), {"table": "no.parquet"})


def test_folders_that_are_partitions_are_a_column(quick: "SparkSession", tmp_path: Path) -> None:
    columns = _captions()
    for kind in ("cat", "dog", "ox"):
        titles = [title for title, one in zip(columns["Title"], columns["Kind"], strict=True) if one == kind]
        _written_to(tmp_path / "pairs" / f"label={kind}" / "part-0.parquet", {"Title": titles})
    found = _there(quick, tmp_path / "pairs", {})
    assert found.columns == {"text": ("Title",), "label": ("label",)} and not found.left_out
    assert list(found.labels.values()).count("ox") == 4 and len(found.labels) == 12


def test_what_is_no_parquet_is_read_by_the_local_reader(quick: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.opening import open_source

    (tmp_path / "shop").mkdir()
    pd.DataFrame(_captions()).to_csv(tmp_path / "shop" / "shop.csv", index=False)
    source, here = open_source(quick, str(tmp_path / "shop"), {}), load(str(tmp_path / "shop"))
    assert source.dataset is not None and source.dataset.fingerprint() == here.fingerprint()
    assert sorted(row["id"] for row in source.rows.collect()) == sorted(map(str, here.frame.index))


def test_a_sample_is_read_by_its_name(quick: "SparkSession", stamps_dir: Path) -> None:
    from mmdemo.spark.opening import open_source

    source = open_source(quick, "stamps", {"captions": "de"})
    assert source.rows.count() == len(load("stamps", captions="de").frame)
    with pytest.raises(ConfigError, match="does not take the option"):
        open_source(quick, "stamps", {"label": "x"})


def test_tables_that_cannot_be_used_are_one_sentence(quick: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.labels import spelling_of
    from mmdemo.spark.opening import open_source

    path = _captions_alone(tmp_path)
    with pytest.raises(DatasetError, match=r"shop.parquet has no column 'no'; its columns are 'Title', 'Kind'"):
        open_source(quick, str(path), {"label": "no"})
    with pytest.raises(ConfigError, match="does not take the option 'sheet'"):
        open_source(quick, str(path), {"sheet": "x"})
    with pytest.raises(DatasetError, match="has no column that seems to hold labels"):
        spelling_of(open_source(quick, str(path), {"label": "none"}))
    nothing = _written_to(tmp_path / "none.parquet", _captions() | {"Kind": pa.array([None] * 12, pa.string())})
    with pytest.raises(DatasetError, match="No row of 'none' has a label"):
        spelling_of(open_source(quick, str(nothing), {"label": "Kind"}))
    empty = _written_to(tmp_path / "empty.parquet", {"Title": pa.array([], pa.string()), "Kind": pa.array([], "str")})
    with pytest.raises(DatasetError, match="The table has no rows"):
        open_source(quick, str(empty), {})


def test_more_labels_than_a_model_can_tell_apart(quick: "SparkSession", tmp_path: Path) -> None:
    from mmdemo.spark.labels import spelling_of
    from mmdemo.spark.opening import open_source

    many = {"Title": ["a thing in the shop"] * 20_001, "Kind": [f"kind {place}" for place in range(20_001)]}
    path = _written_to(tmp_path / "many.parquet", many)
    with pytest.raises(DatasetError, match=r"'many' has more than 20,000 labels: choose another column of labels."):
        spelling_of(open_source(quick, str(path), {"label": "Kind"}))
    fewer = _written_to(tmp_path / "fewer.parquet", {name: cells[1:] for name, cells in many.items()})
    assert len(spelling_of(open_source(quick, str(fewer), {"label": "Kind"}))[0] or ()) == 20_000


@pytest.mark.parametrize("sizes", [{"cow": 3, "ox": 4, "cat": 30, "dog": 20}, {"cow": 3, "cat": 30, "dog": 20}])
def test_rare_classes_are_merged_or_left_out_as_here(
    sizes: Mapping[str, int], quick: "SparkSession", tmp_path: Path
) -> None:
    """Together, two of them are enough for a class; one alone is left out all the same."""
    from mmdemo.spark.encode import Encoding
    from mmdemo.spark.labels import spelling_of
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.rare import with_merged
    from mmdemo.spark.split import split_of
    from mmdemo.spark.ties import ties_of
    from mmdemo.training.split import prepare

    kinds = [kind for kind, count in sizes.items() for _ in range(count)]
    columns = {"Title": [f"a thing of number {place} in the shop" for place in range(len(kinds))], "Kind": kinds}
    path, config = _written_to(tmp_path / "shop.parquet", columns), ModelConfig({"text": "tfidf"})
    own = own_data(path, choices=Choices.from_options({"rare": "other"}))
    here = prepare(dataset_of(own, {}), config)
    source = open_source(quick, str(path), {"rare": "other"})
    encoding = Encoding(config, source.cells, source.label, source.group, spelling_of(source)[0])
    keys = source.rows.mapInArrow(encoding, encoding.schema()).cache()
    tied = ties_of(keys, list(MODALITIES)[1:]).frame
    merged, notes = with_merged(keys, tied, source.rare)
    split = split_of(merged, tied, config)
    found = {row["id"]: (row["label"], row["fold"]) for row in split.frame.collect()}
    mine = dict(zip(here.frame.index, zip(here.labels.tolist(), here.fold.tolist(), strict=True), strict=True))
    assert found == mine and ("other" in split.classes) == ("ox" in sizes)
    assert [*source.notes, *notes, *split.notes] == list(here.notes)
    assert kinds_of(here.left_out) == dict(split.kinds)
