"""What people bring: pairs with real pictures, and the tables and folders they come in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.messy import photo
from tests.own_data import bytes_of
from tests.tables import delimited

COUNT = 12
HEADER = ("Photo", "Title", "Category")
TITLES = tuple(f"a {colour} {thing}" for colour in ("red", "old", "small", "new") for thing in ("cat", "dog", "cow"))
LABELS = ("indoor", "outdoor") * (COUNT // 2)
NAMES = tuple(f"IMG_{number:04}.JPG" for number in range(COUNT))
PHOTOS = tuple(map(photo, range(COUNT)))

Content = Mapping[str, str | bytes]


def folder(path: Path, content: Content) -> Path:
    """Write files into a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(bytes_of(data))
    return path


def photos(where: str = "photos", names: Sequence[str] = NAMES) -> dict[str, bytes]:
    """The photos under these names in a folder."""
    return {f"{where}/{name}" if where else name: data for name, data in zip(names, PHOTOS, strict=False)}


def rows(**columns: Sequence[str]) -> list[Sequence[str]]:
    """The table of the pairs, with other cells in some columns; one that is not there stands before the others."""
    found = dict(zip(HEADER, (NAMES, TITLES, LABELS), strict=True))
    others = {name: cells for name, cells in columns.items() if name not in found}
    found = others | found | {name: cells for name, cells in columns.items() if name in found}
    return [tuple(found), *zip(*found.values(), strict=True)]


def table(delimiter: str = ",", encoding: str = "utf-8", **columns: Sequence[str]) -> bytes:
    """The same as a CSV."""
    return delimited(rows(**columns), delimiter, encoding)
