"""A mapping file: a small JSON beside somebody's data that says which column is what; `--data` takes it, too."""

import json
import os
from pathlib import Path

from mmdemo.datasets.column_mapping import MARK, ColumnMapping
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.storage.reading import TooLargeError, read_bytes
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.whole import chosen_file

_ENDINGS = (".zip", ".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".parquet")
_MOST_BYTES = 1_000_000


def read_mapping(path: Path) -> tuple[Path, ColumnMapping] | None:
    """Return what a mapping file describes and how, or None where the file is none.

    Raises a DatasetError that says what is wrong with it.
    """
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    try:
        written = read_json(read_bytes(path, _MOST_BYTES))
    except (TooLargeError, ValueError):  # a table, perhaps
        return None
    except OSError as error:
        raise DatasetError(f"{path.name!r} cannot be read: {error.strerror or error}.") from error
    if not isinstance(written, dict) or MARK not in written:
        return None
    data = written.get("data")
    if not isinstance(data, str) or not data or "\0" in data:
        raise DatasetError(f"The mapping file {path.name!r} does not say where its data is: expected \"data\": a path.")
    where = path.parent / data
    if where.suffix.lower() == ".json" and where.is_file() and where.samefile(path):
        raise DatasetError(f"The mapping file {path.name!r} names itself as its data; expected a folder, zip or table.")
    return where, ColumnMapping.from_json(written)


def mapping_file_of(name: str) -> str:
    """Return the name of the mapping file for data of this name.

    >>> mapping_file_of("My shop.zip"), mapping_file_of("v1.2"), mapping_file_of("???")
    ('My-shop.json', 'v1-2.json', 'data.json')
    """
    stem = name.rpartition(".")[0] if name.lower().endswith(_ENDINGS) else name
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in stem).strip("-")
    return f"{plain or 'data'}.json"


def write_mapping(path: Path, mapping: ColumnMapping, data: Path) -> None:
    """Write a mapping file for a folder, zip or table; raise a ConfigError where it cannot be written."""
    if path.suffix.lower() != ".json":
        raise ConfigError(f"Got {path.name!r} for the mapping, but expected a file that ends in .json.")
    relative = Path(os.path.relpath(data.absolute(), path.absolute().parent)).as_posix()
    with chosen_file(path) as file:
        json.dump(mapping.to_json(relative), file, ensure_ascii=False, indent=1)
