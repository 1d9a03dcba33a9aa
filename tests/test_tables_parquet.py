"""Parquet: classes, images in cells, several parts."""

import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from mmdemo.datasets.files.folder import Folder
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.tables import bounds, embedded_files, parquet_file, parquet_task
from mmdemo.datasets.tables.names import tables_in
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.errors import DatasetError
from tests.picture_files import one_of_each
from tests.tables import in_this_process, parquet_of, read, table_of

PICTURES = list(one_of_each().values())
LABEL = {"names": ["cat", "dog"], "_type": "ClassLabel"}
HUGGING_FACE = {"info": {"features": {"image": {"_type": "Image"}, "label": LABEL}}}
NAMES = ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "child", in_this_process)


def picture(row: int) -> bytes:
    return PICTURES[row % len(PICTURES)]


def listings(start: int, count: int = 4) -> pa.Table:
    """Pairs in the layout of Hugging Face; the third has no image."""
    images = [{"bytes": picture(row), "path": None} for row in range(start, start + count)]
    images[2] = None
    return pa.table({
        "image": pa.array(images, pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        "text": [f"pair {row}" for row in range(start, start + count)],
        "label": pa.array([0, 1, None, 7], pa.int64()),
    }).replace_schema_metadata({"huggingface": json.dumps(HUGGING_FACE)})  # fmt: skip


def as_folder(folder: Path) -> FileTree:
    (folder / "data").mkdir()
    for place, name in enumerate(NAMES):
        (folder / name).write_bytes(parquet_of(listings(4 * place), row_group_size=3))
    return Folder(folder)


def as_zip(folder: Path) -> FileTree:
    with zipfile.ZipFile(folder / "it.zip", "w") as packed:
        for place, name in enumerate(NAMES):
            packed.writestr(name, parquet_of(listings(4 * place), row_group_size=3))
    return ZipTree(folder / "it.zip")


@pytest.mark.parametrize("make", [as_folder, as_zip])
def test_parts_are_one_table_and_its_images_files(make: Callable[[Path], FileTree], tmp_path: Path) -> None:
    tree = make(tmp_path)
    assert tables_in(tree.names) == (NAMES[0],)
    sheet = read_sheet(tree, NAMES[0])
    assert sheet.header == ("image", "text", "label") and sheet.notes == ("Read from 2 files.",)
    assert sheet.cells.index.tolist() == list(range(1, 9))
    assert sheet.cells[2].tolist() == ["cat", "dog", "", ""] * 2
    assert sheet.files is not None
    images = sheet.cells[0].tolist()
    assert images[2] == images[6] == "" and sheet.files.names == tuple(sorted(filter(None, images)))
    shares: list[float] = []
    placed = sheet.files.place([images[0], images[5]], shares.append)
    found = {name: path.read_bytes() for name, path in placed.items()}
    assert found == {images[0]: picture(0), images[5]: picture(5)}
    assert shares == [0.5, 1.0]
    with sheet.files.opened(images[1], 10_000_000) as file:
        assert file.read(10_000_000) == PICTURES[1]
    with pytest.raises(DatasetError, match="at most 9 are read"), sheet.files.opened(images[1], 9):
        pass


def test_the_parts_that_spark_writes_are_one_table_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = [f"pairs/part-{place:05d}-59d4bdae-16ec-49a3-b213-9d5a020f6335-c000.snappy.parquet" for place in range(3)]
    for name in ("pairs/_SUCCESS", f"pairs/.{names[0].removeprefix('pairs/')}.crc", "pairs/others.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    for place, name in enumerate(names):
        (tmp_path / name).write_bytes(parquet_of(listings(4 * place)))
    tree = Folder(tmp_path)
    assert tables_in(tree.names) == ("pairs/others.parquet", names[0])
    sheet = read_sheet(tree, names[0])
    assert sheet.notes == ("Read from 3 files.",)
    assert sheet.cells[1].tolist() == [f"pair {row}" for row in range(12)]
    assert sheet.cells.index.tolist() == list(range(1, 13))


def test_images_are_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = read_sheet(as_folder(tmp_path), NAMES[0])
    assert sheet.files is not None
    first = sheet.files.place(sheet.files.names)
    monkeypatch.setattr(embedded_files, "parquet_child", None)
    assert sheet.files.place(sheet.files.names) == first


def test_large_tables_come_in_several_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_task, "_ANSWER", 10)
    monkeypatch.setattr(parquet_task, "_MOST_AT_ONCE", 2)
    sheet = read_sheet(as_folder(tmp_path), NAMES[0])
    assert sheet.cells[1].tolist() == [f"pair {row}" for row in range(8)]
    assert sheet.files is not None
    placed = sheet.files.place(sheet.files.names)
    assert [path.read_bytes() for path in placed.values()] == [picture(row) for row in (0, 1, 3, 4, 5, 7)]


def test_bytes_are_images_texts_or_elsewhere(tmp_path: Path) -> None:
    path = {"bytes": None, "path": "photos/a.png"}
    held = {"bytes": PICTURES[0], "path": "x/b.PNG"}
    sheet = read(tmp_path, "it.parquet", parquet_of(pa.table({
        "the image/1": [PICTURES[0], None], "the image_1": [held, path], "text": [b"caf\xc3\xa9", b"a cat"],
        "price": [Decimal("1.50"), None], "n": [2.0, 0.5], "tags": [["a"], []],
    })))  # fmt: skip
    one, two = sheet.cells.to_numpy().tolist()
    assert one[0].startswith("the_image_1/00001.") and one[1] == "the_image_1-1/00001.PNG"
    assert one[2:] == ["café", "1.50", "2", '["a"]'] and two == ["", "photos/a.png", "a cat", "", "0.5", "[]"]


def test_parts_with_other_columns_are_refused(tmp_path: Path) -> None:
    tree = as_folder(tmp_path)
    (tmp_path / NAMES[1]).write_bytes(parquet_of(pa.table({"text": ["a"]})))
    with pytest.raises(DatasetError) as caught:
        read_sheet(tree, NAMES[0])
    assert str(caught.value) == (
        "train-00001-of-00002.parquet has other columns than train-00000-of-00002.parquet; give one of them."
    )


def test_metadata_that_is_nonsense_is_ignored(tmp_path: Path) -> None:
    for nonsense in (b"[" * 5_000, b"5", b'{"info": 3}', b'{"info": {"features": {"label": {"names": 3}}}}', b"\xff"):
        table = pa.table({"label": [1]}).replace_schema_metadata({b"huggingface": nonsense})
        assert table_of(read(tmp_path, "it.parquet", parquet_of(table))) == [["label"], ["1"]]


@pytest.mark.parametrize("cut", [4, 8, 50, 300, -1, -8, -40])
def test_a_truncated_file_is_one_sentence(cut: int, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^it.parquet is damaged, or no Parquet file; save it again.$"):
        read(tmp_path, "it.parquet", parquet_of(listings(0))[:cut])


def test_counts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = parquet_of(pa.table({"text": ["a"] * (bounds.MOST_ROWS + 1)}))
    with pytest.raises(DatasetError, match=r"^it.parquet has 200,001 rows; at most 200,000 are read: divide it.$"):
        read(tmp_path, "it.parquet", rows)
    monkeypatch.setattr(parquet_task, "MOST_COLUMNS", 2)
    with pytest.raises(DatasetError, match=r"^it.parquet has 4 columns; at most 2 are read.$"):
        read(tmp_path, "it.parquet", parquet_of(listings(0)))


def test_files_are_bounded_each_and_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = read_sheet(as_folder(tmp_path), NAMES[0])
    assert sheet.files is not None
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(embedded_files, "MAX_BYTES", 10)
    placed = sheet.files.place(sheet.files.names[:1])
    assert [str(error) for error in placed.values()] == [
        f"{Path(sheet.files.names[0]).name} has {len(PICTURES[0])} bytes, more than are read of one file or of all."
    ]


def test_a_table_that_takes_too_much_memory_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # a real child
    monkeypatch.setattr(parquet_file, "_BUDGET", parquet_file._BUDGET.within(20))
    swollen = parquet_of(pa.table({"text": ["x" * 20_000_000] * 3}), compression="zstd")
    assert len(swollen) < 50_000
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, "it.parquet", swollen)
    assert str(caught.value) == "it.parquet takes too much memory to read: divide it, or save it as CSV."
