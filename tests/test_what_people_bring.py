"""What people bring, as public reports of bugs in other programs describe it, and what becomes of it."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.datasets.own_data import OwnData, own_data
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from mmdemo.errors import DatasetError
from mmdemo.preprocess.decode import decode
from tests.colour_profiles import P3, rgb_profile
from tests.command_line import CommandLine
from tests.listings import stored
from tests.own_data import bytes_of, zipped
from tests.people import COUNT, LABELS, NAMES, PHOTOS, TITLES, folder, photos, table
from tests.picture_files import encoded, one_of_each


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))


def read(path: Path, **columns: Sequence[str]) -> OwnData:
    """What a path holds: all pairs, in their order, the titles and labels as given."""
    own = own_data(path, verify=True)
    assert own.left_out == () and len(own.frame) == COUNT
    assert own.frame["text"].tolist() == list(columns.get("Title", TITLES))
    assert own.frame["label"].tolist() == list(columns.get("Category", LABELS))
    assert [Path(image).read_bytes() for image in own.frame["image"]] == list(PHOTOS)
    return own


FOREIGN = {
    "cp1252": ("Größe 3, Stühle", "Möbel"),
    "latin-1": ("un café crème, n° 3", "boîtes"),
    "gb18030": ("红色的连衣裙", "服装"),
    "shift_jis": ("赤いワンピース、新品", "衣類"),
    "utf-16-le": ("红色的 dress", "服装"),
    "utf-16": ("a 椅子", "家具"),
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "sep=;"])
@pytest.mark.parametrize("encoding", FOREIGN)
def test_a_table_in_any_encoding_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    caption, label = FOREIGN[encoding]
    columns = {"Title": [f"{caption} {n}" for n in range(COUNT)], "Category": [label, "other"] * (COUNT // 2)}
    data = table(delimiter[-1], encoding, **columns)
    head = "sep=;\r\n".encode(encoding) if len(delimiter) > 1 else b""
    data = head + (data.removeprefix(b"\xff\xfe") if head else data)
    read(folder(tmp_path, {"list.csv": data, **photos()}), **columns)


OF_CELLS: dict[str, tuple[Callable[[str], str], str]] = {
    "other case": (str.lower, "Photos"),
    "no ending": (lambda name: name[:-4], "photos"),
    "another ending": (lambda name: f"{name[:-4]}.png", "photos"),
    "of another computer": (lambda name: f"/home/me/set/photos/{name}", "photos"),
    "of Windows": (lambda name: f"C:\\Users\\me\\Photos\\{name}", "photos"),
    "as in a URL": (lambda name: f"./photos%2F{name}", "photos"),
    "a hidden folder": (lambda name: f".photos/{name}", ".photos"),
    "a folder in other case": (lambda name: f"IMAGES/{name}", "Images"),
    "from the table": (lambda name: f"../images/{name}", "images"),
    "from the top": (lambda name: f"lists/frames/{name}", "lists/frames"),
    "zeros that a spreadsheet dropped": (lambda name: str(int(name[4:-4])), "photos"),
}


@pytest.mark.parametrize("way", OF_CELLS)
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_cells_name_files_in_any_way(tmp_path: Path, way: str, kind: str) -> None:
    written, where = OF_CELLS[way]
    names = NAMES if not way.startswith("zeros") else [name[4:] for name in NAMES]
    content = {"lists/list.csv": table(Photo=list(map(written, NAMES))), **photos(where, names)}
    read(folder(tmp_path / "set", content) if kind == "folder" else zipped(tmp_path / "set.zip", content))


def test_a_folder_behind_a_link(tmp_path: Path) -> None:
    folder(tmp_path / "elsewhere", photos(""))
    path = folder(tmp_path / "set", {"list.csv": table()})
    (path / "photos").symlink_to(tmp_path / "elsewhere")
    read(path)


@pytest.mark.parametrize(("cell", "said"), [
    ("img_0.jpg", "names 'img_0.jpg', which is not there (there is 'photos/IMG_0000.JPG')"),
    ("https://shop.example/a.jpg", "which is a web address: download the images first, and write"),
    ("data:image/png;base64,iVBORw0KGgo", "which is a web address: download the images first, and write"),
    ("IMG_0001.JPG; IMG_0002.JPG", "names several images, 'IMG_0001.JPG; IMG_0002.JPG': name one, and the others"),
])  # fmt: skip
def test_a_cell_that_names_no_file_costs_its_row_and_says_why(tmp_path: Path, cell: str, said: str) -> None:
    own = own_data(folder(tmp_path, {"list.csv": table(Photo=[cell, *NAMES[1:]]), **photos()}))
    assert len(own.frame) == COUNT - 1 and [row.row for row in own.left_out] == ["row 2"]
    assert said in str(own.left_out[0])


@pytest.mark.parametrize("cell", ["N/A", "nan", "-", ""])
def test_a_word_for_none_is_no_image_and_the_caption_counts(tmp_path: Path, cell: str) -> None:
    path = folder(tmp_path, {"list.csv": table(Photo=[cell, *NAMES[1:]]), **photos()})
    own = own_data(path, verify=True)
    assert len(own.frame) == COUNT and own.frame["image"].iloc[0] == ""
    assert not any("cannot be read" in finding.title for finding in examine(load(path)).findings)


@pytest.mark.parametrize(("encoding", "words"), [
    ("utf-8", ("猫", "café")),
    ("gbk", ("红色", "商品")),
    ("cp1252", ("Größe", "Stühle")),
    ("cp850", ("Größe", "Stühle")),
])  # fmt: skip
def test_a_zip_whose_names_do_not_say_their_encoding(tmp_path: Path, encoding: str, words: tuple[str, str]) -> None:
    names = [f"{words[n % 2]} {n}.jpg" for n in range(COUNT)]
    content = {"list.csv": table(Photo=names), **photos(words[0], names)}
    path = tmp_path / "old.zip"
    path.write_bytes(b"".join(stored([(name.encode(encoding), bytes_of(data)) for name, data in content.items()])))
    read(path)


def test_a_zip_of_info_zip_says_its_names_in_a_field(tmp_path: Path) -> None:
    names = [f"猫{n}.jpg" for n in range(COUNT)]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as file:
        file.writestr("list.csv", table(Photo=names))
        for n, data in enumerate(PHOTOS):
            info = zipfile.ZipInfo(f"cat_{n}.jpg")
            told = struct.pack("<BI", 1, zlib.crc32(info.filename.encode())) + names[n].encode()
            info.extra = struct.pack("<2H", 0x7075, len(told)) + told
            file.writestr(info, data)
    data = (tmp_path / "set.zip").read_bytes().replace(b"cat_", b"c\xa4t_")  # the field counts unless a name is ASCII
    for n in range(COUNT):
        old, new = (struct.pack("<I", zlib.crc32(b"c%ct_%d.jpg" % (letter, n))) for letter in (ord("a"), 0xA4))
        data = data.replace(b"\1" + old, b"\1" + new)
    (tmp_path / "set.zip").write_bytes(data)
    read(tmp_path / "set.zip")


@pytest.mark.parametrize("used", [True, False])
def test_a_white_bmp_in_a_zip_is_no_bomb(tmp_path: Path, used: bool) -> None:
    white = encoded(Image.new("RGB", (1920, 1920), "white"), "BMP")
    content = {"list.csv": table(Photo=["white.bmp" if used else NAMES[0], *NAMES[1:]]), **photos(), "white.bmp": white}
    own = own_data(zipped(tmp_path / "set.zip", content), verify=True)
    assert len(white) > 11_000_000 and len(own.frame) == COUNT
    assert own.unused == ("photos/IMG_0000.JPG" if used else "white.bmp",)


def test_deflate64_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.zip", {"list.csv": table(), **photos()})
    data = bytearray(path.read_bytes())
    name = NAMES[3].encode()
    for mark, method, place in ((b"PK\3\4", 8, data.index(name)), (b"PK\1\2", 10, data.rindex(name))):
        start = data.rindex(mark, 0, place) + method
        data[start : start + 2] = struct.pack("<H", 9)
    path.write_bytes(data)
    own = own_data(path)
    assert len(own.frame) == COUNT - 1
    assert "is compressed with Deflate64 by Windows: make several smaller zips" in str(own.left_out[0])


@pytest.mark.parametrize(("written", "classes", "said"), [
    (("café", "cafe\u0301"), ["café"], ""),
    (("Cat", "cat", "Cat"), ["Cat"], "'cat' (4) into 'Cat'"),
    (("a b", "a  b", "a\u3000b", "a\u00a0b", " a b", "a\u200bb"), ["a b"], ""),
    (("1", "1.0", "2", "2.00"), ["1", "2"], ""),
])  # fmt: skip
def test_one_label_written_in_several_ways_is_one_class(
    tmp_path: Path, written: tuple[str, ...], classes: list[str], said: str
) -> None:
    own = own_data(folder(tmp_path, {"list.csv": table(Category=written * (COUNT // len(written))), **photos()}))
    assert sorted(set(own.frame["label"])) == classes and len(own.frame) == COUNT
    assert any(said in note for note in own.notes) if said else not any("merged" in note for note in own.notes)


def test_a_class_whose_captions_are_all_emoji(command_line: CommandLine) -> None:
    titles = ["😀🎉" if label == "indoor" else title for title, label in zip(TITLES, LABELS, strict=True)]
    folder(command_line.folder, {"set/list.csv": table(Title=titles), **photos("set/photos")})
    told = command_line.run("data", "set").out
    assert "12 pairs of 2 classes:" in told
    assert "6 captions hold no word. No word stands in the captions of row 2," in told
    refused = command_line.refuse("train", "--data", "set", "--image-encoder", "none")
    assert refused.startswith("The data has only one class that can be used ('outdoor')")
    assert "the class 'indoor', which has no pair that holds a caption" in refused


def test_findings_before_training_say_what_repeats_with_numbers(tmp_path: Path) -> None:
    again = encoded(Image.open(folder(tmp_path, {"a.jpg": PHOTOS[5]}) / "a.jpg"), "JPEG", quality=60)
    images = [*[NAMES[0]] * 5, NAMES[5], "again.jpg", *NAMES[7:]]
    titles = [*TITLES[:7], *["a nice thing to have at home"] * 5]
    labels = ["red", *["inside"] * 6, *["outside"] * 5]
    content = {"list.csv": table(Photo=images, Title=titles, Category=labels), **photos(), "again.jpg": again}
    found = {finding.title: finding for finding in examine(load(folder(tmp_path / "set", content))).findings}
    said = found["1 long caption under several images"].detail
    assert said.startswith("5 pairs have a caption of 5 words or more that another image has, too: ")
    assert found["1 group of nearly equal images"].rows == ("row 7", "row 8")
    assert found["1 image with more than one label"].rows == tuple(f"row {n}" for n in range(2, 7))


def test_the_labels_word_in_every_caption(tmp_path: Path) -> None:
    titles = [f"{title} {label}" for title, label in zip(TITLES, LABELS, strict=True)]
    found = examine(load(folder(tmp_path, {"list.csv": table(Title=titles), **photos()}))).findings
    assert any(finding.title == "The label stands in the captions of 2 of 2 classes" for finding in found)


def test_display_p3_becomes_srgb_and_is_said(tmp_path: Path) -> None:
    red = encoded(Image.new("RGB", (64, 64), (200, 60, 60)), "PNG", icc_profile=rgb_profile(P3))
    path = folder(tmp_path, {"list.csv": table(Photo=["p3.png", *NAMES[1:]]), "p3.png": red, **photos()})
    own = own_data(path, verify=True)
    pixel = decode(own.frame["image"].iloc[0]).pixels[32, 32].astype(int)
    assert pixel[0] > 210 and pixel[1] < 60
    assert any(finding.title == "1 image not in sRGB" for finding in examine(load(path)).findings)


ENDINGS = {"jfif": "jpeg", "jpe": "jpeg", "apng": "png", "heic": "heic", "avif": "avif", "tif": "tiff"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_images_of_every_ending(tmp_path: Path, ending: str) -> None:
    files = one_of_each()
    name = next(kind for kind in files if kind.startswith(ENDINGS[ending]))
    content = {"list.csv": table(Photo=[f"one.{ending}", *NAMES[1:]]), f"one.{ending}": files[name], **photos()}
    path = folder(tmp_path, content)
    assert len(own_data(path, verify=True).frame) == COUNT


def test_names_that_are_not_utf_8(tmp_path: Path, command_line: CommandLine) -> None:
    (tmp_path / "caf\udce9").mkdir()
    with pytest.raises(DatasetError, match=r"^The path of 'caf\ufffd' is not UTF-8; rename the folder or file\.$"):
        own_data(tmp_path / "caf\udce9")
    for words in (("data", tmp_path / "caf\udce9"), ("report", "--output", "a.html", "--title", "caf\udce9")):
        assert "is not UTF-8" in command_line.refuse(*words)
