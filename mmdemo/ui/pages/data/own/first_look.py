"""What the first look at own data found: its first rows, and a guess of which column is what."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.errors import DatasetError, ImageError
from mmdemo.preprocess.thumbnail import thumbnail
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json

_FILE = "look.json"
_MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class FirstLook:
    """What the first look found.

    header: the columns' names. rows: id → cells of the first rows. guess: which column is what; reasons: role → why.
    joinable: columns whose words may go with the caption. tables, sheets: that there are to choose from.
    thumbnails: id of a row → its image as a data URI.
    """

    header: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]
    guess: ColumnMapping
    reasons: Mapping[str, str]
    joinable: tuple[str, ...]
    tables: tuple[str, ...]
    sheets: tuple[str, ...]
    thumbnails: Mapping[str, str]
    notes: tuple[str, ...] = ()


def is_there(folder: Path) -> bool:
    """Return whether there is a first look in a folder."""
    return (folder / _FILE).is_file()


def read(folder: Path) -> FirstLook:
    """Return the first look in a folder; raises a DatasetError where it is damaged."""
    try:
        found = read_json(read_bytes(folder / _FILE, _MOST_BYTES))
        return _read(found, folder / "thumbnails")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError("What was found in this data cannot be read any more: look again.") from error


def _read(found: Mapping[str, Any], thumbnails: Path) -> FirstLook:
    return FirstLook(
        header=tuple(map(str, found["header"])),
        rows={str(row["row"]): tuple(map(str, row["cells"])) for row in found["rows"]},
        guess=ColumnMapping.from_json(found["mapping"]),
        reasons={str(role): str(reason) for role, reason in found["reasons"].items()},
        joinable=tuple(map(str, found["joinable"])),
        tables=tuple(map(str, found["tables"])),
        sheets=tuple(map(str, found["sheets"])),
        thumbnails=dict(_thumbnails(found["rows"], thumbnails)),
        notes=tuple(map(str, found.get("notes", ()))),
    )


def _thumbnails(rows: Iterable[Mapping[str, Any]], folder: Path) -> Iterator[tuple[str, str]]:
    """Yield row and image as a small square, because a table's cell would cut off any other; our process made them."""
    for row in rows:
        with suppress(ImageError):
            if row.get("thumbnail"):
                square = thumbnail(folder / Path(str(row["thumbnail"])).name)
                yield str(row["row"]), f"data:image/jpeg;base64,{base64.b64encode(square).decode('ascii')}"
