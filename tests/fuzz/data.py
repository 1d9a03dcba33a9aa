"""Visitors' data: folders and zips with a mutated table and mutated images, tables."""

import io
import random
import shutil
import zipfile
from pathlib import Path

from mmdemo.datasets.table import LONGEST_LABEL, read_cells, read_table

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


def _read_table(data: bytes) -> None:
    cells = read_table(io.BytesIO(data)).cells
    assert all(0 < len(label) <= LONGEST_LABEL and label.isprintable() for label in cells["label"])
    assert "text" not in cells or all(len(text) <= MAX_CHARACTERS for text in cells["text"])


def _table_seeds() -> list[bytes]:
    short = [
        b"".join(part[:400] for part, _ in zip(make(), range(3), strict=False)) for make in hostile.TABLES.values()
    ]
    honest = b"".join(part for part, _ in zip(hostile.honest(), range(20), strict=False))
    return [_table_of(), honest, b"text,label\n" + random.Random(1).randbytes(200), *short]


ARCHIVE = Target(_archive, _archive_seeds, _TOKENS, cpu=3, megabytes=60)
TABLE = Target(
    lambda folder: lambda data: all_tried(data, _read_table, lambda data: read_cells(io.BytesIO(data))),
    _table_seeds,
    _TOKENS,
    cpu=2,
    megabytes=60,
    longest=200_000,
)
