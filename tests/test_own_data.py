import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.datasets.files import tree
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.registry import load
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
    data = load(path)
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
    assert load(folder).fingerprint() == load(zipped(tmp_path / "pets.zip", files())).fingerprint()


def test_pictures_are_found_by_path_or_by_name_alone(build):
    images = ["sub/a.png", "deep.png", "./b.png", "sub\\a.png"]
    path = build(files(HEADER + pairs(*images), **{
        "sub/a.png": png("blue"), "x/y/deep.png": png("green"), "b.png": png("white"),
    }))
    colours = [Image.open(picture).getpixel((0, 0)) for picture in load(path).frame["image"][:4]]
    assert colours == [(0, 0, 255), (0, 128, 0), (255, 255, 255), (0, 0, 255)]


def test_a_path_is_preferred_to_a_name_elsewhere(build):
    path = build(files(HEADER + pairs("a.png"), **{"a.png": png("blue"), "sub/a.png": png("green")}))
    assert Path(load(path).frame["image"].iloc[0]).read_bytes() == png("blue")


def test_everything_may_lie_in_one_folder_as_when_a_folder_was_zipped(build):
    content = {f"my pets/{name}": data for name, data in files(HEADER + pairs("sub/a.png")).items()}
    path = build(content | {"my pets/sub/a.png": png("blue"), "__MACOSX/my pets/._data.csv": b"\0", ".DS_Store": b"\0"})
    assert Path(load(path).frame["image"].iloc[0]).read_bytes() == png("blue")


def test_names_of_any_letters_however_their_accents_are_written(build):
    name = "café 猫 🐈.png"
    path = build(files(HEADER + pairs(unicodedata.normalize("NFC", name), label="chaton né à 東京"), **{
        f"Bücher/{unicodedata.normalize('NFD', name)}": png("blue")
    }))
    data = load(path)
    assert data.classes == ("chaton né à 東京", "dog")
    assert Path(data.frame["image"].iloc[0]).read_bytes() == png("blue")


@pytest.mark.parametrize("table", [
    "\ufeff" + HEADER + pairs(),
    " Image , TEXT,Label\n" + pairs(),
    HEADER.replace("\n", "\r\n") + pairs().replace("\n", "\r\n"),
    '"image","text","label"\n' + pairs() + "\n,,\n",
], ids=["byte order mark", "other case and spaces", "Windows line ends", "quotes and blank rows"])
def test_spellings_of_the_same_table(build, table):
    assert len(load(build(files(table))).frame) == 16


def test_other_columns_are_ignored_and_the_order_is_free(build):
    table = "id,label,text,image\n" + "".join(f"7,{label},hello,other.png\n" for label in ["a", "b"] * 8)
    assert load(build(files(table))).classes == ("a", "b")


def test_cells_stay_text_with_commas_quotes_and_line_ends(build):
    table = HEADER + 'other.png,"a ""big"", red\ncat",NA\n' + "other.png,None,NA\n" * 7 + "other.png,007,1e3\n" * 8
    data = load(build(files(table)))
    assert data.classes == ("1e3", "NA")
    assert data.frame["text"].iloc[[0, 1, 8]].tolist() == ['a "big", red\ncat', "None", "007"]
    assert list(data.frame.index[:2]) == ["row 2", "row 3"]


def test_the_table_is_found_whatever_its_case(build):
    content = files()
    content["Data.CSV"] = content.pop("data.csv")
    assert len(load(build(content)).frame) == 16


def left_out(path, *, verify=False):
    """Row number → why it is left out, of data that can be used all the same."""
    found = own_data(path, verify=verify)
    assert len(found.frame) + len(found.unlabelled) + len(found.left_out) == found.rows
    return {row.row.removeprefix("row "): f"{row.reason}: {row.remedy}".removesuffix(": ") for row in found.left_out}


def test_one_bad_row_never_costs_the_others(build):
    rows = ["https://a.org/a.png,a,cat", "gone.png,a,cat", "cut.png,a,cat", ",a cow,cat", "other.png,,dog", ",,cat",
            "other.png,a,", f"other.png,{'x' * 10_001},cat", "other.png,a,c\0t", f"other.png,a,{'y' * 201}",
            "notes.png,a,cat", "empty.png,a,cat"]  # fmt: skip
    content = files(HEADER + pairs() + "\n".join(rows), **{"cut.png": png()[:40], "notes.png": "hi", "empty.png": ""})
    found = left_out(build(content), verify=True)
    assert list(found) == ["18", "19", "20", "23", "25", "26", "27", "28", "29"]
    assert found["18"].startswith("names 'https://a.org/a.png', which is a web address: download the images first, and")
    assert found["19"].startswith("names 'gone.png', which is not there")
    assert found["20"].startswith("has an image that cannot be used: cut.png cannot be read: its PNG data is damaged")
    assert found["23"] == "holds no image and no caption with at least one word in it: add one"
    assert "10,001 characters" in found["25"] and "control character" in found["26"] and "201 characters" in found["27"]
    assert "notes.png is text, not an image" in found["28"] and "empty.png is empty (0 bytes)" in found["29"]
    data = load(build(content))
    assert len(data.frame) == 18 and {row.row for row in data.left_out} == {f"row {n}" for n in found} | {"row 24"}
    assert next(str(row) for row in data.left_out if row.row == "row 24") == (
        "row 24 has no label: write one, or let a model answer it."
    )


def test_a_pair_that_lacks_something_is_kept(build):
    data = load(build(files(HEADER + pairs() + ",a cow,cat\nother.png,,dog\n")))
    assert data.frame.loc["row 18", "image"] == "" and data.frame.loc["row 19", "text"] == ""


@pytest.mark.parametrize(("content", "sentence"), [
    (files(HEADER + "gone.png,a,cat\n" * 9), "data.csv has no row that can be used: row 2 names 'gone.png', which is"),
    (files(HEADER + "other.png,a,\n" * 9), "No row of 'pets' that can be used has a label in the column 'label'."),
    (files("image,words\n" + "other.png,a\n" * 9), "has no column that seems to hold labels; its columns are 'image',"),
    (files("size,weight\n" + "1,2\n" * 9), "data.csv has no column that seems to hold images or captions; its columns"),
    ({"readme.txt": "hi"}, "'pets' holds neither a table nor images; it holds 'readme.txt'."),
    ({".hidden": ""}, "'pets' holds neither a table nor images; it holds '.hidden'."),
    ({"a.png": png(), "b.png": png()}, "'pets' holds images, but neither a table nor a folder for each class"),
])  # fmt: skip
def test_nothing_that_can_be_used(build, content, sentence):
    refuses(build(content), sentence)


def test_a_test_set_may_be_small_or_of_one_class(build):
    assert len(load(build(files(HEADER + "other.png,a cat,cat\n" * 3))).frame) == 3


@pytest.mark.parametrize("name", [
    "../other.png", "/etc/hostname", "sub/../../other.png", "C:\\other.png", "..\\other.png", "/proc/self/environ",
])
def test_no_cell_reaches_a_file_outside_the_data(build, name, tmp_path):
    content = files(HEADER + pairs("other.png", name))
    (tmp_path / "other.png").write_bytes(png("blue"))
    found = own_data(build(content))
    images = [path for path in found.frame["image"] if path]
    assert all(Path(image).read_bytes() == content["other.png"] for image in images)
    assert len(images) + len(found.left_out) == 16


def test_a_name_that_several_files_have(build):
    content = files(HEADER + pairs("a.png"), **{"x/a.png": png(), "y/a.png": png()})
    assert left_out(build(content)) == {
        "2": "names 'a.png', which could be 'x/a.png' or 'y/a.png': write its folder too"
    }


def test_files_that_no_row_names_are_counted(build):
    assert own_data(build(files(**{"b/unused.png": png()}))).unused == ("b/unused.png",)


@pytest.mark.parametrize("where", ["annotations/data.csv", "data/data.csv"])
def test_a_table_names_images_from_where_it_lies_or_from_the_top(build, where):
    table = "image,label\n" + "../images/a.png,cat\ndata/frames/b.png,dog\n" * 8
    found = load(build({where: table, "images/a.png": png("blue"), "data/frames/b.png": png()}))
    assert len(found.frame) == 16 and found.left_out == ()


@pytest.mark.parametrize("extra", [{}, {"prices.csv": "sku,price\n" + "a-1,2.50\n" * 99}], ids=["alone", "of several"])
def test_any_table_of_any_name_and_columns(build, extra):
    kinds = ["cat", "dog"] * 10
    rows = "".join(f"A-{n:03};{n}.JPG;a {kind} number {n};{kind}\n" for n, kind in enumerate(kinds))
    images = {f"photos/{n}.jpg": png() for n in range(20)}
    table = ("SKU;Photo;Title;Category\n" + rows).encode("utf-16")
    data = load(build({"lists/Pets 2024.csv": table, **images, **extra}))
    assert data.classes == ("cat", "dog") and len(data.frame) == 20
    assert data.frame.loc["row 2", "text"] == "a cat number 0"
    assert "Read 'Photo' as image, 'Title' as text, 'Category' as label." in data.notes
    said = "of 2 tables, it is the largest whose cells name files here."
    assert any(said in note for note in data.notes) == bool(extra)


def test_a_table_by_itself_with_its_images_beside_it(tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "pets.csv").write_text("image,label\n" + "a.png,cat\na.png,dog\n" * 8)
    assert len(load(tmp_path / "pets.csv").frame) == 16
    (tmp_path / "words.csv").write_text("text,label\n" + "a cat,cat\na dog,dog\n" * 8)
    assert load(tmp_path / "words.csv").modalities == ("text",)


def test_a_folder_for_each_class(build):
    data = load(build({f"train/{label}/{n}.png": png() for label in ("cats", "dogs") for n in range(5)}))
    assert data.classes == ("cats", "dogs") and data.modalities == ("image",) and len(data.frame) == 10


@pytest.mark.parametrize("name", ["absent", "notes.txt"])
def test_neither_folder_nor_zip(tmp_path, name):
    (tmp_path / "notes.txt").write_text("hi")
    refuses(tmp_path / name, "There is no dataset" if name == "absent" else "is neither a folder, a zip nor a table:")


def test_a_folder_of_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.txt").touch()
    refuses(tmp_path, "holds more than 3 files")


def test_no_row_is_given_the_image_of_another_folder(build):
    labels = {"2023": "cat", "2024": "dog"}
    rows = [f"{year}/{n}.png,{label} {n},{label}" for year, label in labels.items() for n in range(8)]
    photos = {f"2023/{n}.png": png() for n in range(8)}
    found = own_data(build(files("\n".join([HEADER.strip(), *rows]), **photos)))
    assert set(found.frame["label"]) == {"cat"} and len(found.left_out) == 8
    assert str(found.left_out[0]).startswith("row 10 names '2024/0.png', which is not there (there is '2023/0.png')")
