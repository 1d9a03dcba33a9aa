"""Files that visitors bring: zips as they come, and the cells of a table beside names of files in any encoding."""

import io
import shutil
import zipfile
from itertools import product
from pathlib import Path

from mmdemo.datasets.class_folders import class_folders
from mmdemo.datasets.files.finder import FileFinder
from mmdemo.datasets.files.spelling import named, spelled
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.storage.folders import cache_dir
from tests import hostile_files as hostile
from tests.fuzz.target import Reader, Target, all_tried
from tests.picture_files import one_of_each

_PARTS = b"\n--\n"  # between the names and the cells of the target `cells`
_ZIP_TOKENS = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"data.csv", b"../", b"\x0c\0", b"\x09\0",
               b"\x75\x70", b"\xb0\xa1", b"\xff\xff\xff\xff")  # fmt: skip
_TOKENS = (b"/", b"../", b"\\", b"C:\\", b"file:///", b"https://", b"%20", b"%C3%A9", b".png", b".JPG", b"x", b"\n",
           b"\0", b"\xcd\xbc\xc6\xac", b"e\xcc\x81", b"\xc3\xa9", b"\xef\xbc\x8f", b"\xe2\x80\x8b", b"\xed\xb3\xa9",
           _PARTS)  # fmt: skip


def _zip(folder: Path) -> Reader:
    path = folder / "it.zip"

    def unpack(data: bytes) -> None:
        tree = ZipTree(path)
        names = (*tree.names[:5], *tree.hidden[:5])
        contents = dict(tree.contents(names, 1_000_000))
        places = tree.place(names)
        assert contents.keys() == places.keys() == set(names)
        assert all(not isinstance(place, Path) or cache_dir() in place.parents for place in places.values())
        class_folders(tree, "it")

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            all_tried(data, unpack, lambda _: load(path), lambda _: table_of_pairs(path))
        finally:
            shutil.rmtree(cache_dir(), ignore_errors=True)

    return read


def _packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def _zip_seeds() -> list[bytes]:
    names = ("a.png", "b/c.jpg", "b/d.png", "é.webp")
    rows = "\n".join(f"{names[n % 4]},caption {n},{'ab'[n // 8]}" for n in range(16))
    table = f"image,text,label\n{rows}".encode()
    images = dict(zip(names, one_of_each().values(), strict=False))
    folders = {f"{'ab'[n % 2]}/{n}.{ending}": images["a.png"] for n, ending in product(range(4), ("png", "txt"))}
    old = _packed({"data.csv": table, **images}, zipfile.ZIP_STORED).replace("é".encode(), b"\x82\x81")
    made = [_packed({"data.csv": table, **images}), _packed(folders), _packed({}), old]
    odd = [hostile.swelling(3, 5_000), hostile.overlapping(9, 5_000), hostile.compressed(zipfile.ZIP_BZIP2, 3_000_000)]
    return [*made, *odd, hostile.listed([b"a/" * 40 + b"data.csv"], hostile.EXTRA * 20)]


def _find(data: bytes) -> None:
    given, _, written = data.partition(_PARTS)
    folder, *raw = given.split(b"\n")
    stored = dict(zip(named(raw), raw, strict=True))
    cells = written.decode("utf-8", "surrogateescape").split("\n")
    known = spelled(stored, cells)
    finder = FileFinder(stored, folder.decode("utf-8", "replace"), (), known)
    other = FileFinder(reversed(list(stored)), folder.decode("utf-8", "replace"), (), known)
    for cell in cells[:200]:
        found = finder.find(cell)
        assert found == other.find(cell)
        assert found.name in stored if found.name is not None else found.reason.isprintable() and found.remedy


def _cell_seeds() -> list[bytes]:
    names = ("annotations", "images/x.png", "images/Y.JPG", "a/same.png", "b/same.png", "caf\u00e9 1.png", "图片/猫")
    cells = ("../images/x.png", "C:\\me\\y.jpeg", "same.png", "file:///q/cafe\u0301%201", "图片/猫.png", "https://a.org")
    both = ["\n".join(part).encode(encoding) for part in (names, cells) for encoding in ("utf-8", "gb18030")]
    return [_PARTS.join(both[:3:2]), _PARTS.join((both[1], both[2])), _PARTS.join((both[1], both[3]))]


ZIP = Target(_zip, _zip_seeds, _ZIP_TOKENS, cpu=3, megabytes=100)
CELLS = Target(lambda folder: _find, _cell_seeds, _TOKENS, cpu=2, megabytes=40)
