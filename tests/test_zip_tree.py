"""Zips as they come: what is wrong with one file costs nothing but that file."""

import io
import re
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mmdemo.datasets.files import member, tree, unpacking, zip_tree
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.errors import DatasetError
from tests.own_data import bytes_of, zipped


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def made(tmp_path):
    """Write a zip of files, the bytes of good.png among them."""
    return lambda **files: zipped(tmp_path / "pets.zip", {"good.png": b"good", **files})


def placed(path, *names):
    """Name → the bytes of a file of a zip, or what is wrong with it."""
    found = ZipTree(path).place(names)
    return {name: place.read_bytes() if isinstance(place, Path) else str(place) for name, place in found.items()}


def stored(path, **files):
    """A zip that is not compressed, so that a test can change the bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, content in files.items():
            file.writestr(name, bytes_of(content))
    return path


def changed(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new))
    return path


def with_flags(path, flags, *positions):
    """Change the flags of some entries in the list of a zip."""
    data = bytearray(path.read_bytes())
    for position, header in enumerate(re.finditer(b"PK\x01\x02", bytes(data))):
        if not positions or position in positions:
            data[header.start() + 8] |= flags
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", [
    "../evil.png", "/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png", "c:evil.png",
])
def test_an_entry_that_leads_out_costs_itself_alone(made, cache, name):
    path, key = made(**{name: b"evil"}), name.replace("\\", "/")
    found = ZipTree(path)
    assert found.names == ("good.png",) and found.hidden == (key,)
    assert placed(path, *found.names, key) == {
        "good.png": b"good", key: f"The entry {key!r} of the zip 'pets.zip' is outside it."
    }
    with pytest.raises(DatasetError, match="is outside it"), found.opened(key, 100):
        pass
    assert [file.name for file in cache.rglob("*.*")] == ["good.png"]


def test_a_link_costs_itself_alone(tmp_path):
    link = zipfile.ZipInfo("a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
        file.writestr("good.png", "good")
    said = "The entry 'a.png' of the zip 'pets.zip' is a link; put the file itself there."
    assert placed(tmp_path / "pets.zip", "a.png", "good.png") == {"a.png": said, "good.png": b"good"}


def test_a_file_with_a_password_costs_itself_alone(made):
    path = with_flags(made(**{"a.png": b"secret"}), member.ENCRYPTED, 1)
    said = "The entry 'a.png' of the zip 'pets.zip' is protected by a password; make one without."
    assert placed(path, "a.png", "good.png") == {"a.png": said, "good.png": b"good"}


def test_a_zip_with_a_password(made):
    path = with_flags(made(**{"a.png": b"secret"}), member.ENCRYPTED)
    with pytest.raises(DatasetError, match=r"The zip 'pets.zip' is protected by a password; make one without\."):
        ZipTree(path)


@pytest.mark.parametrize(("method", "sentence"), [
    (9, "is compressed with Deflate64 by Windows; make several smaller zips, or the zip again with another program."),
    (12, "is compressed with BZIP2; make the zip again with Deflate, the usual method."),
    (14, "is compressed with LZMA; make the zip again with Deflate, the usual method."),
    (93, "is compressed with Zstandard; make the zip again with Deflate, the usual method."),
    (77, "is compressed with method 77; make the zip again with Deflate, the usual method."),
])
def test_another_compression_costs_itself_alone_and_says_what_to_do(tmp_path, method, sentence):
    path = stored(tmp_path / "pets.zip", **{"good.png": "good", "a.png": "other"})
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", data, [found.start() for found in re.finditer(header, data)][1] + offset, method)
    path.write_bytes(data)
    said = f"The entry 'a.png' of the zip 'pets.zip' {sentence}"
    assert placed(path, "a.png", "good.png") == {"a.png": said, "good.png": b"good"}
    with pytest.raises(DatasetError, match=re.escape(said)), ZipTree(path).opened("a.png", 100):
        pass


def test_a_damaged_file_costs_itself_alone_and_leaves_nothing_behind(tmp_path, cache):
    path = stored(tmp_path / "pets.zip", **{"a.png": "0123456789", "good.png": "good"})
    found = placed(changed(path, b"0123456789", b"9876543210"), "a.png", "good.png")
    assert found["a.png"] == (
        "The entry 'a.png' of the zip 'pets.zip' is damaged (Bad CRC-32 for file 'a.png'); make the zip again."
    )
    assert found["good.png"] == b"good" and [file.name for file in cache.rglob("*.*")] == ["good.png"]


def test_what_is_damaged_is_said_of_many_small_files_too(tmp_path):
    path = stored(tmp_path / "pets.zip", **{"a.txt": "0123456789", "b.txt": "a cat", "c.txt": "c" * 99})
    found = dict(ZipTree(changed(path, b"0123456789", b"9876543210")).contents(("a.txt", "b.txt", "c.txt"), 50))
    assert found["b.txt"] == b"a cat" and "is damaged (Bad CRC-32" in str(found["a.txt"])
    assert str(found["c.txt"]) == "c.txt has 99 bytes; at most 50 are read."


def test_what_an_entry_swells_to_matters_where_it_is_used(made, monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_BYTES", 1_000_000)
    path = made(**{"a.png": bytes(1_000_001)})
    assert placed(path, "good.png") == {"good.png": b"good"}
    said = "The entry 'a.png' of the zip 'pets.zip' has more than 1,000,000 bytes when unpacked;"
    assert placed(path, "a.png", "good.png")["a.png"].startswith(said)


def test_a_zip_that_unpacks_to_too_much(made, monkeypatch):
    monkeypatch.setattr(zip_tree, "MOST_BYTES", 1000)
    found = placed(made(**{"a.png": bytes(900), "b.png": bytes(101)}), "a.png", "b.png")
    assert found["a.png"] == bytes(900)
    assert found["b.png"].startswith("The zip 'pets.zip', before 'b.png', has more than 1,000 bytes when unpacked;")


@pytest.mark.parametrize("used", [True, False])
def test_a_white_bmp_may_compress_as_well_as_a_bomb(made, used):
    buffer = io.BytesIO()
    Image.new("RGB", (2000, 1900), "white").save(buffer, "bmp")
    path = made(**{"a.bmp": buffer.getvalue()})
    assert len(buffer.getvalue()) > 11_000_000 > 500 * path.stat().st_size
    names = ("a.bmp", "good.png") if used else ("good.png",)
    assert all(isinstance(content, bytes) for content in placed(path, *names).values())


def test_a_zip_of_too_many_files(made, monkeypatch):
    monkeypatch.setattr(tree, "MOST_FILES", 3)
    with pytest.raises(DatasetError, match="holds more than 3 files"):
        ZipTree(made(a=b"", b=b"", c=b""))


def test_a_zip_that_lies_about_the_size_of_an_entry(made):
    path = changed(made(**{"a.png": b"x" * 77_777}), (77_777).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert "is damaged (Bad CRC-32" in placed(path, "a.png")["a.png"]


@pytest.mark.parametrize("damage", [
    lambda data: b"this is no zip",
    lambda data: b"",
    lambda data: data[: len(data) // 2],
], ids=["text", "empty", "truncated"])
def test_a_damaged_zip(made, damage):
    path = made()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match=r"^The zip 'pets.zip' is damaged or not a zip \("):
        ZipTree(path)


@pytest.mark.parametrize("files", [{"pets.zip": b"PK"}, {"a/pets.ZIP": b"PK", "__MACOSX/a/._pets.ZIP": b""}])
def test_a_zip_that_holds_only_a_zip(tmp_path, files):
    with pytest.raises(DatasetError, match=r"holds only another zip, '.*'; unpack it and give what it holds\."):
        ZipTree(zipped(tmp_path / "again.zip", files))


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_is_read_or_refused_in_one_sentence(made, chosen):
    path = made(**{"é.png": "é"})
    data = bytearray(path.read_bytes())
    data[chosen.draw(st.integers(0, len(data) - 1))] ^= chosen.draw(st.integers(1, 255))
    path.write_bytes(data)
    try:
        found = ZipTree(path)
        for place in found.place((*found.names, *found.hidden)).values():
            assert place.read_bytes() in (b"good", "é".encode()) if isinstance(place, Path) else str(place)[-1] == "."
    except DatasetError as error:
        assert str(error).endswith(".")


def test_only_what_is_used_is_unpacked_and_only_once(made, cache, tmp_path):
    path = made(**{"unused.png": b"1", "notes.txt": "hi"})
    place = ZipTree(path).place(["good.png"])["good.png"]
    assert [file for file in cache.rglob("*") if file.is_file()] == [place]
    written = place.stat().st_mtime_ns
    assert ZipTree(path.rename(tmp_path / "renamed.zip")).place(["good.png"])["good.png"] == place
    assert place.stat().st_mtime_ns == written


def test_a_file_that_was_swept_from_the_cache_is_unpacked_again(made):
    path = made()
    ZipTree(path).place(["good.png"])["good.png"].unlink()
    assert placed(path, "good.png") == {"good.png": b"good"}


def test_progress_is_reported_between_files_and_may_stop_it(made, cache):
    found, shares = ZipTree(made(**{"a.png": b"a"})), []
    found.place(found.names, shares.append)
    assert shares == [0, 0.5, 1]

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found.place(found.names, stop)


def test_a_cache_that_cannot_be_written(made, cache):
    path = made()
    cache.write_text("a file where the folder should be")
    assert placed(path, "good.png")["good.png"] == "The zip 'pets.zip' cannot be read or unpacked: Not a directory."


def test_an_entry_without_a_name_is_ignored(made):
    assert ZipTree(changed(made(xy=b""), b"xy", b"\0y")).names == ("good.png",)


def test_clutter_is_left_out_and_what_is_hidden_is_found_by_its_path_only(made):
    found = ZipTree(made(**{
        "__MACOSX/._a.png": b"", "a/.DS_Store": b"", "a/._b.png": b"", "Thumbs.db": b"", "a/desktop.ini": b"",
        ".git/x.png": b"", ".photos/h.png": b"", "./c.png": b"",
    }))  # fmt: skip
    assert (found.names, found.hidden) == (("c.png", "good.png"), (".photos/h.png",))


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "b/" * 59 + "a.png", "aux.png ", "a?b*.png", "猫.png", "a/CON"])
def test_names_that_no_disk_takes_are_used(made, name):
    assert placed(made(**{name: b"a"}), name) == {name: b"a"}


def test_names_that_differ_in_case_alone_are_two_files_on_every_disk(made):
    found = ZipTree(made(**{"a.png": b"1", "A.PNG": b"2"})).place(["a.png", "A.PNG"])
    assert len({str(place).lower() for place in found.values()}) == 2
