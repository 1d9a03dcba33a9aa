"""Zips made to cost time, memory and disk: each is refused, or read, within a budget of CPU time and memory."""

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.datasets.registry import load
from mmdemo.datasets.files import zip_tree
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import DatasetError
from mmdemo.storage import zips
from mmdemo.storage.zips import open_member, open_zip
from tests.budget import run_within
from tests.hostile_files import HEADER, ZIPS, listed, swelling
from tests.own_data import HEADER as COLUMNS
from tests.own_data import files, pairs, png, zipped


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]


def test_no_zip_costs_more_than_the_budget(tmp_path: Path, cache: Path) -> None:
    paths = []
    for name, make in ZIPS.items():
        paths.append(tmp_path / f"{name}.zip")
        paths[-1].write_bytes(make())
    spent = run_within("tests.hostile_files:refused", *map(str, paths), cpu=6, megabytes=120)
    said = spent.output.splitlines()
    assert len(said) == 2 * len(paths) and "read" not in said[: len(paths)]
    assert all(len(sentence) < 500 and str(tmp_path) not in sentence for sentence in said)
    assert sum(path.stat().st_size for path in kept(cache)) <= 50_000_000


def test_what_a_zip_may_swell_to_is_bounded_on_the_disk_too(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(swelling(16, 25_000_000))
    said = run_within("tests.hostile_files:refused", str(path), cpu=6, megabytes=60).output.splitlines()
    assert said[0].startswith("The zip 'data.zip' cannot be used: it has more than") and said[1] == "read"
    most = zip_tree.MOST_SWOLLEN * path.stat().st_size + zip_tree.SPARE_BYTES
    assert 0 < sum(path.stat().st_size for path in kept(cache)) <= most


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused_even_where_the_size_is_a_lie(method: int, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        packed.writestr("data.csv", HEADER + bytes(200_000_000))
        packed.filelist[0].file_size = 1_000
    (tmp_path / "data.zip").write_bytes(buffer.getvalue())
    spent = run_within("tests.hostile_files:refused", str(tmp_path / "data.zip"), cpu=0.5, megabytes=10)
    assert spent.output.count("damaged or not a zip (its compression is not Deflate)") == 2


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_device_in_a_zip_becomes_a_file(kind: int, tmp_path: Path) -> None:
    device = zipfile.ZipInfo("a.png")
    device.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as packed:
        packed.writestr("data.csv", COLUMNS + pairs("a.png"))
        packed.writestr("other.png", png())
        packed.writestr(device, png())
    images = set(load(tmp_path / "pets.zip").frame["image"])
    assert all(stat.S_ISREG(os.lstat(image).st_mode) for image in images) and len(images) == 2


def test_one_file_that_cannot_be_unpacked_costs_its_row_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "pets.zip", files(COLUMNS + pairs("a.png"), **{"a.png": png() + bytes(5_000)}))
    monkeypatch.setattr(zip_tree, "MAX_BYTES", 4_000)
    opened = []
    monkeypatch.setattr(zip_tree, "open_zip", lambda *given: opened.append(given) or open_zip(*given))
    errors = [pair.error for pair in table_of_pairs(path).rows()]
    assert errors[0].startswith("The zip 'pets.zip' cannot be used: its entry 'a.png' has more than 4,000 bytes")
    assert not any(errors[1:])
    assert len(opened) == 3  # its list, data.csv, and all of the images


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=30), max_size=30), st.integers(0, 40), st.binary(max_size=30))
def test_no_list_of_files_passes_its_bounds(names: list[bytes], extra: int, comment: bytes) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(zips, "_LONGEST", 20)
        data = listed(names, extra=bytes(extra), comment=comment)
        within = len(names) <= 12 and (not names or max(*map(len, names), extra, len(comment)) <= 20)
        try:
            with open_zip(io.BufferedReader(io.BytesIO(data)), most=12) as packed:
                assert len(packed.infolist()) == len(names) <= 12 and within
        except zipfile.BadZipFile:
            assert not within or extra % 4


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=4_000), st.integers(0, 2**32 - 1))
def test_no_more_of_a_file_is_read_than_its_size_says(content: bytes, size: int) -> None:
    """The size that a zip states is not true, but it bounds what is read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", content)
        packed.filelist[0].file_size = size
    with open_zip(io.BufferedReader(buffer)) as packed:
        try:
            with open_member(packed, packed.infolist()[0]) as file:
                assert len(file.read()) <= size
        except zipfile.BadZipFile:
            assert size < len(content)


def test_what_was_interrupted_leaves_nothing_half_written(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "pets.zip", files())

    def stopped(source: object, target: io.BufferedWriter) -> None:
        target.write(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(zip_tree.shutil, "copyfileobj", stopped)
        load(path)
    assert not kept(cache)
    assert len(load(path).frame) == 16


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "b/" * 59 + "a.png"])
def test_long_names_are_used_or_refused(name: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "pets.zip", files(COLUMNS + pairs(name), **{name: png()}))
    try:
        assert len(load(path).frame) == 16
    except DatasetError as error:
        assert str(error) == "The zip 'pets.zip' cannot be read or unpacked: File name too long."


def test_a_long_name_in_a_damaged_zip_is_not_repeated_at_length(tmp_path: Path) -> None:
    path, whole = tmp_path / "pets.zip", listed([b"data.csv"])
    file = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 9_000, 0) + b"\xff" * 9_000
    path.write_bytes(file + whole[31:-6] + struct.pack("<IH", len(file), 0))
    with pytest.raises(DatasetError, match="File name in directory") as refused:
        load(path)
    assert len(str(refused.value)) < 400
