import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.datasets.archive import archive
from mmdemo.datasets.files import tree as file_tree
from tests.own_data import HEADER, bytes_of, files, pairs, png, refuses, zipped


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(params=["folder", "zip"])
def build(request, tmp_path):
    """Write files as a folder or a zip named pets; return its path."""

    def write(content):
        if request.param == "zip":
            return zipped(tmp_path / "pets.zip", content)
        for name, data in content.items():
            path = tmp_path / "pets" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes_of(data))
        return tmp_path / "pets"

    return write


def test_rows_become_pairs_with_the_spreadsheets_row_numbers_as_ids(build):
    path = build(files(HEADER + pairs("a.png"), **{"a.png": png("blue")}))
    data = archive(path)
    assert list(data.frame.index) == [f"row {number}" for number in range(2, 18)]
    assert data.frame.loc["row 2", ["text", "label"]].tolist() == ["a cat", "cat"]
    assert Path(data.frame.loc["row 2", "image"]).read_bytes() == png("blue")
    assert Path(data.frame.loc["row 2", "image"]).is_absolute()
    assert (data.name, data.source, data.licence, data.limits) == ("pets", "Your own data: pets.", "yours", None)


def test_a_folder_and_its_zip_are_the_same_data(tmp_path):
    folder = tmp_path / "pets"
    folder.mkdir()
    for name, data in files().items():
        (folder / name).write_bytes(bytes_of(data))
    assert archive(folder).fingerprint() == archive(zipped(tmp_path / "pets.zip", files())).fingerprint()


def test_pictures_are_found_by_path_or_by_name_alone(build):
    images = ["sub/a.png", "deep.png", "./b.png", "sub\\a.png"]
    path = build(files(HEADER + pairs(*images), **{
        "sub/a.png": png("blue"), "x/y/deep.png": png("green"), "b.png": png("white"),
    }))
    colours = [Image.open(picture).getpixel((0, 0)) for picture in archive(path).frame["image"][:4]]
    assert colours == [(0, 0, 255), (0, 128, 0), (255, 255, 255), (0, 0, 255)]


def test_a_path_is_preferred_to_a_name_elsewhere(build):
    path = build(files(HEADER + pairs("a.png"), **{"a.png": png("blue"), "sub/a.png": png("green")}))
    assert Path(archive(path).frame["image"].iloc[0]).read_bytes() == png("blue")


def test_everything_may_lie_in_one_folder_as_when_a_folder_was_zipped(build):
    content = {f"my pets/{name}": data for name, data in files(HEADER + pairs("sub/a.png")).items()}
    path = build(content | {"my pets/sub/a.png": png("blue"), "__MACOSX/my pets/._data.csv": b"\0", ".DS_Store": b"\0"})
    assert Path(archive(path).frame["image"].iloc[0]).read_bytes() == png("blue")


def test_names_of_any_letters_however_their_accents_are_written(build):
    name = "café 猫 🐈.png"
    path = build(files(HEADER + pairs(unicodedata.normalize("NFC", name), label="chaton né à 東京"), **{
        f"Bücher/{unicodedata.normalize('NFD', name)}": png("blue")
    }))
    data = archive(path)
    assert data.classes == ("chaton né à 東京", "dog")
    assert Path(data.frame["image"].iloc[0]).read_bytes() == png("blue")


@pytest.mark.parametrize("table", [
    "\ufeff" + HEADER + pairs(),
    " Image , TEXT,Label\n" + pairs(),
    HEADER.replace("\n", "\r\n") + pairs().replace("\n", "\r\n"),
    '"image","text","label"\n' + pairs() + "\n,,\n",
], ids=["byte order mark", "other case and spaces", "Windows line ends", "quotes and blank rows"])
def test_spellings_of_the_same_table(build, table):
    assert len(archive(build(files(table))).frame) == 16


def test_other_columns_are_ignored_and_the_order_is_free(build):
    table = "id,label,text,image\n" + "".join(f"7,{label},hello,other.png\n" for label in ["a", "b"] * 8)
    assert archive(build(files(table))).classes == ("a", "b")


def test_cells_stay_text_with_commas_quotes_and_line_ends(build):
    table = HEADER + 'other.png,"a ""big"", red\ncat",NA\n' + "other.png,None,NA\n" * 7 + "other.png,007,1e3\n" * 8
    data = archive(build(files(table)))
    assert data.classes == ("1e3", "NA")
    assert data.frame["text"].iloc[[0, 1, 8]].tolist() == ['a "big", red\ncat', "None", "007"]
    assert list(data.frame.index[:2]) == ["row 2", "row 3"]


def test_the_table_is_found_whatever_its_case(build):
    content = files()
    content["Data.CSV"] = content.pop("data.csv")
    assert len(archive(build(content)).frame) == 16


@pytest.mark.parametrize(("table", "sentence"), [
    (HEADER + "other.png,a cat,cat\n" * 9, "data.csv has only one label, 'cat'; a classifier needs at least two."),
    (HEADER + pairs() + "other.png,a cow,cow\n" * 7 + "other.png,an ox,ox\n",
     "Each class needs at least 8 pairs; too few: 'cow' (7), 'ox' (1). "
     "Add pairs, or merge or leave out these classes."),
    (HEADER + pairs("gone.png", "sub/other.png"),
     "data.csv names 2 files that are not there: 'gone.png' (row 2), 'sub/other.png' (row 3)."),
    (HEADER + pairs("gone.png"), "data.csv names a file that is not there: 'gone.png' (row 2)."),
    (HEADER + "gone.png,a,cat\n" * 9, "9 files that are not there: 'gone.png' (row 2), 'gone.png' (row 3),"),
    (HEADER + pairs("https://a.org/a.png"), "names a file that is not there: 'https://a.org/a.png' (row 2)."),
    (HEADER + pairs("."), "a file that is not there: '.' (row 2)"),
])
def test_rows_that_cannot_be_used(build, table, sentence):
    refuses(build(files(table)), sentence)


@pytest.mark.parametrize("name", [
    "../other.png", "/etc/hostname", "sub/../../other.png", "C:\\other.png", "..\\other.png",
])
def test_a_path_that_leads_out_of_the_data(build, name):
    path = build(files(HEADER + pairs("other.png", name)))
    refuses(path, f"Row 3 of data.csv names {name!r}, which is outside the data")


def test_a_path_that_goes_up_but_not_out(build):
    assert len(archive(build(files(HEADER + pairs("sub/../other.png")))).frame) == 16


def test_a_name_that_several_files_have(build):
    content = files(HEADER + pairs("a.png"), **{"x/a.png": png(), "y/a.png": png()})
    refuses(build(content), "Row 2 of data.csv names 'a.png', which could be 'x/a.png', 'y/a.png'; write its path.")


@pytest.mark.parametrize(("content", "sentence"), [
    ({"readme.txt": "hi", "a/b/data.csv": HEADER}, "holds no data.csv with the columns image, text and label; it holds "
     "'a/b/data.csv', 'readme.txt'."),
    ({"a/data.csv": HEADER, "b/data.csv": HEADER}, "holds more than one data.csv: a/data.csv, b/data.csv; keep one."),
    ({".hidden": ""}, "holds no data.csv with the columns image, text and label; it is empty."),
])
def test_no_table(build, content, sentence):
    refuses(build(content), sentence)


@pytest.mark.parametrize(("content", "sentence"), [
    (b"just words", "'a.jpg' (row 2 of data.csv) is text, not an image"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    (b"", "'a.jpg' (row 2 of data.csv) is empty"),
])
def test_a_file_that_is_no_picture(build, content, sentence):
    refuses(build(files(HEADER + pairs("a.jpg"), **{"a.jpg": content})), sentence)


def test_several_files_that_are_no_pictures_are_counted(build):
    path = build(files(HEADER + pairs("a.jpg", "a.jpg", "a.jpg"), **{"a.jpg": b"words"}))
    refuses(path, "The same applies to 2 more rows.")


@pytest.mark.parametrize("name", ["absent", "data.csv"])
def test_neither_folder_nor_zip(tmp_path, name):
    (tmp_path / "data.csv").write_text(HEADER + pairs())
    refuses(tmp_path / name, "is neither a folder nor a zip; give one that holds data.csv and the images.")


def test_a_folder_of_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(file_tree, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.txt").touch()
    refuses(tmp_path, "holds more than 3 files")
