"""Visitors' data: folders and zips with a mutated table and mutated images, tables."""

import io
import random
import shutil
import zipfile
from pathlib import Path

from mmdemo.datasets.labels import LONGEST, tidied
from mmdemo.datasets.own_data import OwnData, own_data
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.storage.folders import cache_dir
from tests import hostile_files as hostile
from tests.fuzz.target import Reader, Target, all_tried
from tests.picture_files import one_of_each

_END = b"\n--\n"  # between the files of the target `archive`
_NAMES = ("a.png", "b/c.jpg", "b/d.png", "é.webp")
_TOKENS = (
    b",",
    b'"',
    b"\n",
    b"\r\n",
    b"\0",
    b"image",
    b"text",
    b"label",
    b"group",
    b"a.png",
    b"\xef\xbb\xbf",
    b"b/c.jpg",
    b"../",
    b"\xff",
    _END,
)


def _table_of(rows: int = 16) -> bytes:
    lines = [f'{_NAMES[n % 4]},"caption {n}, of it",{"ab"[n // (rows // 2)]}' for n in range(rows)]
    return ("image,text,label\n" + "\n".join(lines)).encode()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def _archive(folder: Path) -> Reader:
    path, tree = folder / "it.zip", folder / "pets"

    def read(data: bytes) -> None:
        table, *images = data.split(_END)
        files = {"data.csv": table, **dict(zip(_NAMES, images, strict=False))}
        path.write_bytes(packed(files, zipfile.ZIP_STORED))
        for name, content in files.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(content)
        try:
            all_tried(data, lambda _: load(path), lambda _: table_of_pairs(path), lambda _: load(tree))
        finally:
            for place in (tree, cache_dir()):
                shutil.rmtree(place, ignore_errors=True)

    return read


def _archive_seeds() -> list[bytes]:
    images = [*one_of_each().values()]
    grouped = b"\n".join(line + b",%d" % n for n, line in enumerate(_table_of().split(b"\n"))).replace(
        b",0", b",group", 1
    )
    return [_END.join([_table_of(), *images[:4]]), _END.join([grouped, *images[4:8]]), _table_of()]


def _table(folder: Path) -> Reader:
    path = folder / "it.csv"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        all_tried(data, lambda _: _check(own_data(path)))

    return read


def _check(found: OwnData) -> None:
    labels = found.frame["label"].tolist()
    assert all(0 < len(label) <= LONGEST and label == tidied(label) for label in labels)
    assert "text" not in found.frame or all(len(text) <= MAX_CHARACTERS for text in found.frame["text"])
    assert len(found.frame) + len(found.unlabelled) + len(found.left_out) == found.rows


def _table_seeds() -> list[bytes]:
    short = [
        b"".join(part[:400] for part, _ in zip(make(), range(3), strict=False)) for make in hostile.TABLES.values()
    ]
    honest = b"".join(part for part, _ in zip(hostile.honest(), range(20), strict=False))
    return [_table_of(), honest, b"text,label\n" + random.Random(1).randbytes(200), *short]


ARCHIVE = Target(_archive, _archive_seeds, _TOKENS, cpu=3, megabytes=60)
TABLE = Target(_table, _table_seeds, _TOKENS, cpu=2, megabytes=100, longest=200_000)
