"""Tables made to cost time and memory: each is refused, or read, within a budget of CPU time and memory."""

import io
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.datasets.registry import load
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import DatasetError
from tests.budget import run_within
from tests.hostile_files import HEADER, TABLES, filled, folder_of, honest, zip_of

CPU, MEGABYTES = 4, 250
"""The budget of one reading, measured up to 2.2 s and 210 MB."""
LONG = ("line breaks", "wide rows", "wide header, short rows", "long labels", "a quote never closed")
"""Those that are read to their end, or far, each in a process of its own."""
QUICK = ("commas in one row", "wide header", "one cell of ideographs", "quotes", "NULs", "not UTF-8 at its end",
         "random bytes")  # fmt: skip
"""Those that are refused, or read, within the first megabytes."""


def sentences(*paths: Path, cpu: float = CPU, megabytes: float = MEGABYTES) -> list[str]:
    """What reading says, in one line that names nothing of the server."""
    spent = run_within("tests.hostile_files:refused", *map(str, paths), cpu=cpu, megabytes=megabytes)
    said = spent.output.splitlines()
    assert len(said) == len(paths)
    assert all(str(path.parent) not in sentence and len(sentence) < 500 for sentence in said for path in paths)
    return said


@pytest.mark.parametrize("name", LONG)
def test_a_table_costs_no_more_than_its_budget(name: str, tmp_path: Path) -> None:
    (said,) = sentences(folder_of(TABLES[name](), tmp_path / "data"))
    assert said == "read" or "data.csv" in said


def test_what_is_wrong_at_its_start_is_refused_there(tmp_path: Path) -> None:
    said = sentences(*(folder_of(TABLES[name](), tmp_path / name) for name in QUICK))
    assert all(one == "read" or "data.csv" in one for one in said)


def test_a_large_table_is_read_within_the_budget(tmp_path: Path) -> None:
    folder = folder_of(honest(60_000), tmp_path / "data")
    assert (folder / "data.csv").stat().st_size > 15_000_000
    assert sentences(folder, cpu=5, megabytes=300) == ["read"]


def test_a_table_that_swells_is_refused_by_its_size(tmp_path: Path) -> None:
    path = zip_of(filled(HEADER, b"\n", 600_000_000), tmp_path / "data.zip")
    assert all(said.endswith("bytes; at most 50,000,000 are read.") for said in sentences(path, cpu=0.5, megabytes=10))


def test_a_size_that_is_a_lie_helps_nobody(tmp_path: Path) -> None:
    path = zip_of(filled(HEADER, b"\n", 60_000_000), tmp_path / "data.zip")
    content, size = path.read_bytes(), 8 + 4 + (60_000_000 - 12) // 1_000_000 * 1_000_000 - 1
    for lie in (1_000, 40_000_000):
        assert content.count(size.to_bytes(4, "little"))
        path.write_bytes(content.replace(size.to_bytes(4, "little"), lie.to_bytes(4, "little")))
        (said,) = sentences(path)
        assert "damaged" in said or "rows" in said


def test_a_sparse_file_is_refused_by_its_size(tmp_path: Path) -> None:
    folder = folder_of([HEADER], tmp_path / "data")
    os.truncate(folder / "data.csv", 6_000_000_000)
    assert sentences(folder, cpu=0.5, megabytes=10) == [
        "data.csv has 6,000,000,000 bytes; at most 50,000,000 are read."
    ]


class Endless(LoneFile):
    """A table that grows while it is read."""

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[io.RawIOBase]:
        class Rows(io.RawIOBase):
            def read(self, size: int = -1) -> bytes:
                return (b"text,label\n" * (size // 11 + 1))[:size]

        yield Rows()


def test_a_file_that_grows_while_it_is_read_has_an_end() -> None:
    with pytest.raises(DatasetError, match=r"data\.csv has more than"):
        read_sheet(Endless(Path("data.csv")), "data.csv")


@pytest.mark.parametrize("thing", ["pipe", "socket", "device", "folder", "broken link", "circle"])
@pytest.mark.parametrize("where", ["table", "image"])
def test_what_is_no_file_is_refused_at_once(thing: str, where: str, tmp_path: Path) -> None:
    rows = b"image,label\n" + b"a.png,cat\n" * 8 + b"a.png,dog\n" * 8
    folder = folder_of([rows], tmp_path / "data")
    place = folder / ("data.csv" if where == "table" else "a.png")
    place.unlink(missing_ok=True)
    if thing == "pipe":
        os.mkfifo(place)
    elif thing == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(place))
    elif thing == "device":
        place.symlink_to("/dev/zero")
    elif thing == "folder":
        place.mkdir()
    else:
        place.symlink_to(place if thing == "circle" else folder / "nowhere")
    for read in (load, table_of_pairs):
        with pytest.raises(DatasetError) as caught:
            read(folder)
        assert str(tmp_path) not in str(caught.value)


def test_links_in_a_circle_and_folders_of_great_depth_end(tmp_path: Path) -> None:
    folder = folder_of([HEADER + b"a,cat\n" * 8 + b"a,dog\n" * 8], tmp_path / "data")
    (folder / "circle").symlink_to(folder)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3_000):  # deeper than recursion, and than paths may be long
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    assert len(load(folder).frame) == 16
    os.system(f"rm -rf '{folder}'")  # shutil's own way down would be too deep


CELLS = st.text(st.characters(codec="utf-8"), max_size=9) | st.sampled_from(["", " ", '"', ",", "\n", "\r", "\0", "😀"])


def sheet_of(data: bytes) -> Sheet:
    with tempfile.TemporaryDirectory() as parent:
        place = Path(parent) / "data.csv"
        place.write_bytes(data)
        return read_sheet(LoneFile(place), place.name)


@settings(max_examples=100)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=12), st.sampled_from([b"text,label\n", b"label,x,image\n", b""]))
def test_any_table_is_read_or_refused_in_one_sentence(rows: list[list[str]], header: bytes) -> None:
    data = header + "\n".join(",".join(row) for row in rows).encode()
    try:
        found = sheet_of(data)
    except DatasetError as error:
        assert "\n" not in str(error) and str(error).endswith((".", "?"))
    else:
        assert found.cells.shape[1] == len(found.header)


def test_messages_stay_short_whatever_a_cell_holds() -> None:
    long = b"x" * 100_000
    for data in (
        long + b",label\n", b"image,label\n" + long + b",cat\n" * 8, b"text,label\na," + long + b"\n",
        b"text,label," + b"c," * 9_000 + b"\n",
    ):  # fmt: skip
        with tempfile.TemporaryDirectory() as parent, pytest.raises(DatasetError) as caught:
            load(folder_of([data], Path(parent) / "data"))
        assert len(str(caught.value)) < 600
