"""Images without a table."""

from pathlib import Path

import pytest

from mmdemo.datasets import class_folders as module
from mmdemo.datasets.class_folders import class_folders
from mmdemo.datasets.files.folder import Folder
from mmdemo.datasets.files.levels import labels_of
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.errors import DatasetError
from tests.own_data import bytes_of, zipped


@pytest.fixture(params=["folder", "zip"])
def sheet_of(request, tmp_path):
    """Write files as a folder or a zip; return what is read from it."""

    def read(**content) -> Sheet:
        if request.param == "zip":
            return class_folders(ZipTree(zipped(tmp_path / "pets.zip", content)), "pets")
        for name, data in content.items():
            path = tmp_path / "pets" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes_of(data))
        return class_folders(Folder(tmp_path / "pets"), "pets")

    return read


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return [tuple(row) for row in sheet.cells.itertuples(index=False)]


def test_a_folder_for_each_class_with_captions_beside_the_images(sheet_of):
    sheet = sheet_of(**{
        "set/train/cats/1.jpg": "", "set/train/cats/1.txt": "A cat.\n", "set/train/dogs/2.JPG": "",
        "set/train/dogs/2.jpg.caption": "un café".encode("cp1252"), "set/test/cats/3.png": "", "set/readme.md": "hi",
        "set/train/cats/.hidden.jpg": "", "set/train/dogs/Thumbs.db": "", "set/notes.txt": "no caption",
    })  # fmt: skip
    assert sheet.header == ("image", "text", "label") and sheet.cells.index.tolist() == [1, 2, 3]
    assert rows(sheet) == [
        ("set/test/cats/3.png", "", "cats"),
        ("set/train/cats/1.jpg", "A cat.", "cats"),
        ("set/train/dogs/2.JPG", "un café", "dogs"),
    ]


def test_without_captions_there_is_no_column_for_them(sheet_of):
    sheet = sheet_of(**{"cats/1.jpg": "", "dogs/2.jpg": "", "3.jpg": ""})
    assert sheet.header == ("image", "label") and sheet.notes == ()
    assert rows(sheet) == [("3.jpg", ""), ("cats/1.jpg", "cats"), ("dogs/2.jpg", "dogs")]


def test_one_folder_of_images_has_no_labels(sheet_of):
    sheet = sheet_of(**{"pets/1.jpg": "", "pets/1.txt": "猫", "pets/2.jpg": ""})
    assert sheet.header == ("image", "text") and rows(sheet) == [("pets/1.jpg", "猫"), ("pets/2.jpg", "")]
    assert sheet.notes == ("No table, and no folders that stand for classes: 2 images without labels.",)


def test_short_captions_are_read_in_one_encoding(sheet_of):
    captions = ("红色连衣裙", "黑色手机壳", "运动鞋", "猫", "木制家具", "é")
    files = {f"{n % 2}x/{n}.txt": caption.encode("gb18030") for n, caption in enumerate(captions[:5])}
    files["2x/5.txt"] = captions[5].encode("utf-16")
    sheet = sheet_of(**files, **{name.replace("txt", "jpg"): "" for name in files})
    assert sorted(sheet.cells[1]) == sorted(captions)


@pytest.mark.parametrize(("content", "sentence"), [
    ({"a.txt": "hi", "b/readme.md": "hi"}, "'pets' holds neither a table nor images; it holds 'a.txt', 'b/readme.md'."),
    ({"a.ZIP": "hi", ".b": ""}, "'pets' holds neither a table nor images; it holds 'a.ZIP': give the zip itself."),
    ({".hidden": "hi"}, "'pets' holds neither a table nor images; it holds '.hidden'."),
    ({"Thumbs.db": "hi"}, "'pets' holds neither a table nor images; it is empty."),
])
def test_nothing_that_can_be_used(sheet_of, content, sentence):
    with pytest.raises(DatasetError) as refused:
        sheet_of(**content)
    assert str(refused.value) == sentence


def test_captions_are_bounded_one_by_one_and_together(sheet_of, monkeypatch):
    monkeypatch.setattr(module, "_LONGEST", 20)
    monkeypatch.setattr(module, "MOST_BYTES", 25)
    sheet = sheet_of(**{
        name: "x" * size
        for number, size in enumerate([21, 10, 10, 10, 9], 1)
        for name, size in ((f"{number}.jpg", 0), (f"{number}.txt", size))
    })
    assert [len(text) for text in sheet.cells[1]] == [0, 10, 10, 0, 0]
    assert sheet.notes[0] == "1.txt has 21 bytes; at most 20 are read. 1 more captions could not be read."


@pytest.mark.parametrize(("images", "labels"), [
    (["cats/1.jpg", "dogs/1.jpg"], ["cats", "dogs"]),
    (["a/b/cats/1.jpg", "a/b/dogs/1.jpg"], ["cats", "dogs"]),
    (["cats/images/1.jpg", "dogs/images/1.jpg"], ["cats", "dogs"]),
    (["cats/2023/1.jpg", "cats/2024/1.jpg", "dogs/2023/1.jpg"], ["cats", "cats", "dogs"]),
    (["cats/1.jpg", "dogs/1.jpg", "dogs/more/2.jpg"], ["cats", "dogs", "dogs"]),
    (["Train/cats/1.jpg", "valid/dogs/1.jpg"], ["cats", "dogs"]),
    (["fold1/cats/1.jpg", "fold1/dogs/2.jpg", "fold2/cats/3.jpg"], ["cats", "dogs", "cats"]),
    (["1/1.jpg", "2/1.jpg"], ["1", "2"]),
    (["train/1.jpg", "test/2.jpg"], []),
    (["train/cats/1.jpg", "test/cats/2.jpg"], []),
    (["cats/1.jpg", "2.jpg"], []),
    (["1.jpg"], []),
    ([], []),
])
def test_the_folders_that_stand_for_classes(images, labels):
    assert labels_of(images) == labels


def test_labels_in_a_zip_from_windows_in_china_can_be_read(tmp_path: Path):
    path = zipped(tmp_path / "pets.zip", {"cats/1.jpg": "", "dogs/1.jpg": ""})
    shoes, sofas = (name.encode("gb18030") for name in ("鞋子", "家具"))
    path.write_bytes(path.read_bytes().replace(b"cats", shoes).replace(b"dogs", sofas))
    assert rows(class_folders(ZipTree(path), "pets")) == [("家具/1.jpg", "家具"), ("鞋子/1.jpg", "鞋子")]
