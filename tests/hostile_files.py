"""Tables, zips and folders made to cost time and memory; tests and the fuzzer read them under budgets."""

import io
import random
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pandas as pd

from mmdemo.datasets.own_data import own_data
from mmdemo.errors import DatasetError

# PyArrow reserves a gigabyte of addresses at the first text, which is not to be measured.
pd.DataFrame({"text": ["a"]}, index=["b"])

HEADER = b"text,label\n"
MOST = 49_900_000  # bytes, just below what is read
_PART = 1_000_000


def filled(start: bytes, unit: bytes, size: int = MOST) -> Iterable[bytes]:
    """Yield parts of a file that repeats a unit after its start."""
    yield start
    part = unit * max(1, _PART // len(unit))
    for _ in range((size - len(start)) // len(part)):
        yield part


def honest(rows: int = 190_000, length: int = 250) -> Iterable[bytes]:
    """Yield the rows of a table as a person may have it, with quoted captions of several scripts."""
    words = [*["a", "red", "cat", "sits", "on", "the", "old", "brown", "mat", "while", "it", "rains"], "Über", "猫と犬"]
    chosen = random.Random(1)
    yield HEADER
    for row in range(rows):
        caption = " ".join(chosen.choices(words, k=length // 5)) + f', no. {row} of "many"'
        yield f'"{caption.replace(chr(34), chr(34) * 2)}",class {row % 12}\n'.encode()


TABLES: Mapping[str, Callable[[], Iterable[bytes]]] = {
    "line breaks": lambda: filled(HEADER, b"\n"),
    "carriage returns": lambda: filled(HEADER, b"\r"),
    "commas in rows": lambda: filled(HEADER, b",,\n"),
    "commas in one row": lambda: filled(HEADER, b","),
    "wide rows": lambda: filled(HEADER, b"x" + b"," * 9_000 + b"\n"),
    "wide rows of spaces": lambda: filled(HEADER, b" ," * 9_000 + b"\n"),
    "wide header": lambda: filled(b"text,label", b",c", 2_000_000),
    "wide header, short rows": lambda: filled(b"text,label" + b",c" * 9_000 + b"\n", b"x\n"),
    "one cell": lambda: filled(HEADER, b"x"),
    "one cell of ideographs": lambda: filled(HEADER, "猫".encode()),
    "one cell beyond the BMP": lambda: filled(HEADER, "😀".encode()),
    "a quote never closed": lambda: filled(HEADER + b'"', b"x,\n"),
    "quotes": lambda: filled(HEADER, b'"'),
    "one row of quoted line breaks": lambda: filled(HEADER, b'"\n",'),
    "NULs": lambda: filled(HEADER, b"\0"),
    "rows of NULs": lambda: filled(HEADER, b"\0,\0\n"),
    "short rows": lambda: filled(HEADER, b"a,b\n"),
    "short rows, one label each": lambda: [HEADER, *(b"a,%d\n" % n for n in range(400_000))],
    "long labels": lambda: filled(HEADER, b"a," + b"y" * 100_000 + b"\n"),
    "not UTF-8": lambda: filled(HEADER + b"a,\xff\n", b"a,b\n"),
    "not UTF-8 at its end": lambda: [*filled(HEADER, b"\n", 1_000_000), b"\xff"],
    "random bytes": lambda: [HEADER, *(random.Random(n).randbytes(_PART) for n in range(49))],
}  # fmt: skip
"""Name → parts of a data.csv of up to 50 MB that no classifier can be trained on."""


def folder_of(parts: Iterable[bytes], place: Path) -> Path:
    """Write a folder with this data.csv."""
    place.mkdir()
    with (place / "data.csv").open("wb") as file:
        file.writelines(parts)
    return place


def zip_of(parts: Iterable[bytes], place: Path) -> Path:
    """Write a zip with this data.csv, whatever its size, in little memory."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        file = packed.open("data.csv", "w", force_zip64=True)
        for part in parts:
            file.write(part)
        file.close()
    return place


def listed(names: Iterable[bytes], extra: bytes = b"", comment: bytes = b"") -> bytes:
    """Return a zip whose list has these names, all for the same empty file."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"x"
    entries, count = io.BytesIO(), 0
    for name in names:
        lengths = len(name), len(extra), len(comment)
        entries.write(struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, *lengths, 0, 0, 0, 0))
        entries.write(name + extra + comment)
        count += 1
    size = entries.tell()
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), size, len(local), 0)
    if count > 0xFFFE:
        start = len(local) + size
        end64 = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, len(local))
        end = end64 + struct.pack("<4sIQI", b"PK\6\7", 0, start, 1) + end
    return local + entries.getvalue() + end


def overlapping(count: int, size: int) -> bytes:
    """Return a zip of many PNG files that share the same bytes, each `size` bytes when unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.csv", "image,label\n" + "".join(f"{n}.png,{n % 2}\n" for n in range(count)))
        packed.writestr("0.png", b"\x89PNG\r\n\x1a\n" + bytes(size - 8))
        first = packed.infolist()[-1]
        for number in range(1, count):
            copy = zipfile.ZipInfo(f"{number}.png")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(copy, name, getattr(first, name))
            packed.filelist.append(copy)
    return buffer.getvalue()


def swelling(count: int, size: int) -> bytes:
    """Return a zip of PNG files of zeros, all of them named by its data.csv."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("data.csv", "image,label\n" + "".join(f"{n}.png,{n % 2}\n" for n in range(count)))
        for number in range(count):
            packed.writestr(f"{number}.png", b"\x89PNG\r\n\x1a\n" + bytes(size - 8))
    return buffer.getvalue()


def compressed(method: int, size: int) -> bytes:
    """Return a zip whose data.csv is zeros after its header, compressed in another way than usual."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed, packed.open("data.csv", "w", force_zip64=True) as file:
        for part in filled(HEADER, bytes(1000), size):
            file.write(part)
    return buffer.getvalue()


EXTRA = struct.pack("<HH", 0x7075, 0)  # the shortest field there is
ZIPS: Mapping[str, Callable[[], bytes]] = {
    "110,000 names": lambda: listed(b"%d" % n for n in range(110_000)),
    "1,000,000 names": lambda: listed(b"%d" % n for n in range(1_000_000)),
    "1,000,000 empty names": lambda: listed(b"" for _ in range(1_000_000)),
    "names of 65,535 letters": lambda: listed(b"%05d" % n + b"x" * 65_530 for n in range(450)),
    "fields without end": lambda: listed((b"%d" % n for n in range(450)), extra=EXTRA * 16_000),
    "short fields": lambda: listed((b"%d" % n for n in range(40_000)), extra=EXTRA * 200),
    "comments": lambda: listed((b"%d" % n for n in range(450)), comment=b"x" * 65_535),
    "10,000 folders deep": lambda: listed([b"a/" * 10_000 + b"data.csv"]),
    "300 folders deep": lambda: listed([b"a/" * 300 + b"data.csv"]),
    "one name twice": lambda: listed([b"data.csv"] * 90_000),
    "a list of 4 GB": lambda: listed([b"data.csv"])[:-10] + struct.pack("<IIH", 0xFFFFFFF0, 0, 0),
    "overlapping files": lambda: overlapping(3_000, 40_000_000),
    "bzip2": lambda: compressed(zipfile.ZIP_BZIP2, 30_000_000),
    "LZMA": lambda: compressed(zipfile.ZIP_LZMA, 10_000_000),
}  # fmt: skip
"""Name → the bytes of a zip that holds no data."""


def refused(*paths: str) -> None:
    """Read data; print each result: the sentence with which it is refused, or `read`."""
    for path in paths:
        try:
            own_data(Path(path))
        except DatasetError as error:
            print(error)
        else:
            print("read")


if __name__ == "__main__":  # python -m tests.hostile_files FOLDER: write them all, to try by hand
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    for name, make in TABLES.items():
        folder_of(make(), Path(sys.argv[1]) / name)
