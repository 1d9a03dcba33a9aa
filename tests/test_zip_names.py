"""Names of files that are in no encoding that anybody says: a guess, until a table's cells know better."""

import io
import os
import random
import struct
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mmdemo.datasets.files.finder import FileFinder
from mmdemo.datasets.files.folder import Folder
from mmdemo.datasets.files.spelling import named, spelled
from mmdemo.datasets.files.zip_tree import ZipTree
from tests.own_data import bytes_of


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))


def unflagged(
    path: Path, names: Sequence[bytes], extra: Callable[[bytes], bytes] = lambda name: b""
) -> Path:
    """A zip whose names are these bytes, without the flag of UTF-8; each file holds its number."""
    entries, places = io.BytesIO(), io.BytesIO()
    for number, name in enumerate(names):
        content = b"%d" % number
        facts = struct.pack("<5H3I", 20, 0, 0, 0, 33, zlib.crc32(content), len(content), len(content))
        field = extra(name)
        lengths = struct.pack("<5H2I", len(name), len(field), 0, 0, 0, 0, entries.tell())
        places.write(struct.pack("<4sH", b"PK\1\2", 20) + facts + lengths + name + field)
        entries.write(b"PK\3\4" + facts + struct.pack("<2H", len(name), 0) + name + content)
    count, start = len(names), entries.tell()
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, places.tell(), start, 0)
    path.write_bytes(entries.getvalue() + places.getvalue() + end)
    return path


NAMES = {
    "utf-8": ("Ordner/grüne Vase.jpg", "cafe\u0301.png", "猫.jpg"),
    "gb18030": ("图片.jpg", "图片/红色连衣裙.jpg", "鞋子/运动鞋01.jpg", "数据.csv", "T恤.jpg"),
    "cp1252": ("Bilder/grüne Vase.jpg", "café.png", "Straße.jpg"),
    "cp850": ("Bilder/grüne Vase.jpg", "café.png", "niño.jpg"),
    "cp437": ("Bilder/grüne Vase.jpg", "café.png"),
    "cp932": ("写真/猫.jpg", "テーブル.png", "表.csv"),
    "cp950": ("圖片/紅色洋裝.jpg", "手機殼.jpg"),
    "cp949": ("사진/고양이.jpg", "빨간드레스.png"),
    "cp1251": ("Фото/кошка.jpg", "платье.jpg"),
    "cp866": ("Фото/кошка.jpg", "платье.jpg"),
    "cp852": ("zdjęcia/książka.jpg", "židle.jpg"),
}


@pytest.mark.parametrize("encoding", NAMES)
def test_names_without_the_flag_of_utf_8_are_guessed_by_their_language(tmp_path: Path, encoding: str) -> None:
    found = ZipTree(unflagged(tmp_path / "old.zip", [name.encode(encoding) for name in NAMES[encoding]]))
    assert sorted(found.names) == sorted(NAMES[encoding])
    places = found.place(found.names)
    assert [places[name].read_bytes() for name in NAMES[encoding]] == [b"%d" % n for n in range(len(NAMES[encoding]))]


def test_info_zips_field_says_a_name_if_it_belongs_to_it(tmp_path: Path) -> None:
    def field(name: bytes) -> bytes:
        of = {b"a?.png": b"a?.png", b"\x81.png": b"\x81.png", b"\x82.png": b"another name"}[name]
        told = struct.pack("<BI", 1, zlib.crc32(of)) + f"猫{name[0]}.png".encode()
        return struct.pack("<2H", 0x9999, 2) + b"xx" + struct.pack("<2H", 0x7075, len(told)) + told

    found = ZipTree(unflagged(tmp_path / "old.zip", [b"a?.png", b"\x81.png", b"\x82.png"], field))
    assert "猫129.png" in found.names and "a?.png" in found.names and "é.png" in found.names


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("most", [1, 9])
def test_the_cells_of_a_table_say_in_which_encoding_names_are(tmp_path: Path, encoding: str, most: int) -> None:
    names = [name for name in NAMES[encoding] if not name.endswith(".csv")][:most]
    found = ZipTree(unflagged(tmp_path / "old.zip", [name.encode(encoding) for name in names]))
    cells = [unicodedata.normalize("NFC", name) for name in names]
    finder = FileFinder.of(found, "", ["a red cat", "un café", "猫", *cells])
    places = found.place(found.names)
    read = [places[str(finder.find(cell).name)].read_bytes() for cell in cells]
    assert read == [b"%d" % number for number in range(len(names))]


def test_one_short_name_is_what_the_table_says() -> None:
    stored = {name: name.encode("gb18030") for name in ("猫.jpg", "狗.jpg")}
    keys = dict(zip(named(list(stored.values())), stored.values(), strict=True))
    assert list(spelled(keys, ["猫.jpg", "", "a.jpg"]).values()) == ["猫.jpg", "狗.jpg"]
    assert spelled(keys, ["鱼.jpg", "cat.jpg"]) == spelled(keys, []) == {}


def test_a_table_beside_its_images_in_a_folder_of_such_a_name(tmp_path: Path) -> None:
    raw = [name.encode("gb18030") for name in ("狗/表.csv", "狗/猫.jpg", "猫.jpg")]
    found = ZipTree(unflagged(tmp_path / "old.zip", raw))
    table = next(name for name in found.names if name.endswith(".csv"))
    finder = FileFinder.of(found, os.path.dirname(table), ["猫.jpg", "../猫.jpg"])
    places = found.place(found.names)
    assert [places[str(finder.find(cell).name)].read_bytes() for cell in ("猫.jpg", "../猫.jpg")] == [b"1", b"2"]


def test_a_folder_on_disk_with_such_names_is_read_by_copies(tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    folder.mkdir()
    for name in ("图片.jpg", "红色连衣裙.jpg", "plain.jpg"):
        (folder / os.fsdecode(name.encode("gb18030"))).write_bytes(bytes_of(name))
    found = Folder(folder)
    assert found.names == ("plain.jpg", "图片.jpg", "红色连衣裙.jpg")
    places = found.place(found.names)
    assert all(str(place).isprintable() and place.read_bytes() == bytes_of(name) for name, place in places.items())
    assert places["plain.jpg"].parent == folder and next(found.contents(["图片.jpg"], 99))[1] == bytes_of("图片.jpg")


def test_two_files_whose_names_read_the_same(tmp_path: Path) -> None:
    for name, content in ((b"caf\xe9.jpg", "1"), ("café.jpg".encode(), "2")):
        (tmp_path / os.fsdecode(name)).write_text(content)
    found = Folder(tmp_path)
    assert len(found.names) == 2 and {place.read_text() for place in found.place(found.names).values()} == {"1", "2"}


def test_any_bytes_make_a_name() -> None:
    chance = random.Random(1)
    names = named([chance.randbytes(9) for _ in range(300)])
    assert all(isinstance(name.encode(), bytes) for name in names) and len(names) == 300
