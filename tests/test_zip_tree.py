import io
import re
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mmdemo.datasets.archive import archive
from mmdemo.datasets.files import tree as file_tree
from mmdemo.datasets.files import zip_tree
from mmdemo.errors import DatasetError
from tests.own_data import HEADER, bytes_of, files, pairs, png, refuses, zipped


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", [
    "../evil.png", "/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png", "c:evil.png",
])
def test_a_zip_with_an_entry_that_leads_out(tmp_path, cache, name):
    path = zipped(tmp_path / "pets.zip", files(**{name: png()}))
    refuses(path, f"The zip 'pets.zip' is not safe to unpack: its entry {name!r} is outside it.")
    assert not cache.exists()


def test_a_zip_with_a_link(tmp_path):
    link = zipfile.ZipInfo("a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    refuses(tmp_path / "pets.zip", "is not safe to unpack: its entry 'a.png' is a link")


def test_a_zip_with_a_password(tmp_path):
    path = zipped(tmp_path / "pets.zip", files())
    data = bytearray(path.read_bytes())
    for header in re.finditer(b"PK\x01\x02", bytes(data)):
        data[header.start() + 8] |= zip_tree.ENCRYPTED
    path.write_bytes(data)
    refuses(path, "The zip 'pets.zip' is protected by a password; make one without.")


def test_what_an_entry_swells_to_matters_where_it_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_tree, "MAX_BYTES", 1_000_000)
    swollen = {"a.png": bytes(1_000_001)}
    assert len(archive(zipped(tmp_path / "pets.zip", files(**swollen))).frame) == 16
    path = zipped(tmp_path / "pets.zip", files(HEADER + pairs("a.png"), **swollen))
    refuses(path, "The zip 'pets.zip' cannot be used: its entry 'a.png' has more than 1,000,000 bytes when unpacked;")


def test_a_zip_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_tree, "MOST_BYTES", 1000)
    path = zipped(tmp_path / "pets.zip", files(HEADER + pairs("a.png"), **{"a.png": bytes(1001)}))
    refuses(path, "The zip 'pets.zip' cannot be used: it has more than 1,000 bytes when unpacked;")


def test_a_white_bmp_may_compress_as_well_as_a_bomb(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (2000, 2000), "white").save(buffer, "bmp")
    path = zipped(tmp_path / "pets.zip", files(HEADER + pairs("a.bmp"), **{"a.bmp": buffer.getvalue()}))
    assert path.stat().st_size < len(buffer.getvalue()) / 500
    assert len(archive(path).frame) == 16


def test_a_zip_of_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(file_tree, "MOST_FILES", 3)
    refuses(zipped(tmp_path / "pets.zip", {str(number): b"" for number in range(4)}), "holds more than 3 files")


def test_a_zip_that_lies_about_the_size_of_an_entry(tmp_path):
    path = zipped(tmp_path / "pets.zip", files())
    data = path.read_bytes()
    size = len(bytes_of(files()["data.csv"])).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (7).to_bytes(4, "little")))
    refuses(path, "The zip 'pets.zip' is damaged")


@pytest.mark.parametrize("damage", [
    lambda data: b"this is no zip",
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data.replace(b"dog", b"cow"),
], ids=["text", "empty", "truncated", "changed"])
def test_a_damaged_zip(tmp_path, damage):
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, content in files().items():
            file.writestr(name, bytes_of(content))
    path.write_bytes(damage(path.read_bytes()))
    refuses(path, "The zip 'pets.zip' is damaged or not a zip (")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_is_read_or_refused_in_one_sentence(tmp_path, chosen):
    path = zipped(tmp_path / "pets.zip", files())
    data = bytearray(path.read_bytes())
    data[chosen.draw(st.integers(0, len(data) - 1))] ^= chosen.draw(st.integers(1, 255))
    path.write_bytes(data)
    try:
        assert len(archive(path).frame) == 16
    except DatasetError as error:
        assert str(error).endswith(".")


def test_only_what_the_table_names_is_unpacked_and_only_once(tmp_path, cache):
    path = zipped(tmp_path / "pets.zip", files(**{"unused.png": png(), "notes.txt": "hi"}))
    picture = Path(archive(path).frame["image"].iloc[0])
    assert [file for file in cache.rglob("*") if file.is_file()] == [picture]
    written = picture.stat().st_mtime_ns
    assert archive(path.rename(tmp_path / "renamed.zip")).frame["image"].iloc[0] == str(picture)
    assert picture.stat().st_mtime_ns == written


def test_a_picture_that_was_swept_from_the_cache_is_unpacked_again(tmp_path):
    path = zipped(tmp_path / "pets.zip", files())
    picture = Path(archive(path).frame["image"].iloc[0])
    picture.unlink()
    archive(path)
    assert picture.read_bytes() == png()


def test_a_damaged_picture_leaves_nothing_behind(tmp_path, cache):
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("data.csv", HEADER + pairs())
        file.writestr("other.png", b"\x89PNG" + b"0123456789")
    path.write_bytes(path.read_bytes().replace(b"0123456789", b"9876543210"))
    refuses(path, "The zip 'pets.zip' is damaged")
    assert not [file for file in cache.rglob("*") if file.is_file()]


def test_a_cache_that_cannot_be_written(tmp_path, cache):
    cache.write_text("a file where the folder should be")
    refuses(zipped(tmp_path / "pets.zip", files()), "The zip 'pets.zip' cannot be read or unpacked: Not a directory.")


def test_an_entry_without_a_name_is_ignored(tmp_path):
    path = zipped(tmp_path / "pets.zip", files(**{"xy": b""}))
    path.write_bytes(path.read_bytes().replace(b"xy", b"\0y"))
    assert len(archive(path).frame) == 16
