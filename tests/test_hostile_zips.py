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

from mmdemo.datasets.files import unpacking, zip_tree
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import DatasetError
from mmdemo.storage import zips
from mmdemo.storage.zips import open_member, open_zip
from tests.budget import run_within
from tests.hostile_files import ZIPS, listed, swelling
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
    assert len(said) == len(paths) and "read" not in said
    assert all(len(sentence) < 500 and str(tmp_path) not in sentence for sentence in said)
    assert sum(path.stat().st_size for path in kept(cache)) <= 50_000_000


def test_what_a_zip_may_swell_to_is_bounded_on_the_disk_too(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_tree, "SPARE_BYTES", 2_000_000)
    path = tmp_path / "data.zip"
    path.write_bytes(swelling(16, 400_000))
    most = zip_tree.MOST_SWOLLEN * path.stat().st_size + zip_tree.SPARE_BYTES
    for tree in (ZipTree(path), ZipTree(path)):
        places = tree.place(tree.names)
        assert 0 < sum("has more than" in str(place) for place in places.values()) < 16
        assert 0 < sum(place.stat().st_size for place in kept(cache)) <= most


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
    monkeypatch.setattr(unpacking, "MAX_BYTES", 4_000)
    opened = []
    monkeypatch.setattr(zip_tree, "open_zip", lambda *given: opened.append(given) or open_zip(*given))
    errors = [pair.error for pair in table_of_pairs(path).rows()]
    assert "The entry 'a.png' of the zip 'pets.zip' has more than 4,000 bytes when unpacked: leave out" in errors[0]
    assert not any(errors[1:])
    assert len(opened) <= 4  # its list, data.csv once or twice, and all of the images


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
        patched.setattr(unpacking.shutil, "copyfileobj", stopped)
        ZipTree(path).place(["other.png"])
    assert not kept(cache)
    assert len(load(path).frame) == 16


def test_a_long_name_in_a_damaged_zip_is_not_repeated_at_length(tmp_path: Path) -> None:
    path, whole = tmp_path / "pets.zip", listed([b"data.csv"])
    file = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 9_000, 0) + b"\xff" * 9_000
    path.write_bytes(file + whole[31:-6] + struct.pack("<IH", len(file), 0))
    with pytest.raises(DatasetError, match="File name in directory") as refused:
        load(path)
    assert len(str(refused.value)) < 400
