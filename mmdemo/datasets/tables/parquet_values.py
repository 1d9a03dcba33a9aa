"""What the columns of a Parquet table hold: texts, classes, images; used in a child process."""

import json
import posixpath
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from mmdemo.datasets.tables.scalars import written

Cell = str | list[str]
"""A text, or a list of the ending of the file that the cell holds."""

_ENDINGS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"GIF8": ".gif", b"RIFF": ".webp", b"BM": ".bmp",
            b"II*\0": ".tif", b"MM\0*": ".tif"}  # fmt: skip
_LONGEST_ENDING = 6


def class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Return the names of the classes of each column that Hugging Face's metadata calls a ClassLabel."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        found = {column: feature["names"] for column, feature in features.items() if "names" in feature}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {column: list(map(str, names)) for column, names in found.items() if isinstance(names, list)}


def cells(column: pa.Array, classes: Sequence[str] | None) -> list[Cell]:
    """Return the cells of a column."""
    if (held := contents(column)) is not None:
        of_bytes = _of_file if pa.types.is_struct(column.type) else _of_bytes
        return list(map(of_bytes, held.to_pylist(), _paths(column)))
    values = texts(column) if _is_text(column.type) else column.to_pylist()
    return [_named(value, classes) for value in values] if classes else [written(value) for value in values]


def texts(column: pa.Array) -> list[str | None]:
    r"""Return texts that need not be UTF-8, whatever the file says: one bad byte costs a character, not the table.

    >>> texts(pa.array([b"caf\xe9 noir", None]).view(pa.string()))
    ['caf\ufffd noir', None]
    """
    kind = pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary()
    return [None if cell is None else cell.decode("utf-8", "replace") for cell in column.view(kind).to_pylist()]


def contents(column: pa.Array) -> pa.Array | None:
    """Return the bytes of a column of files: a struct with `bytes` and maybe `path`, or plain bytes; else None."""
    held = _parts(column).get("bytes") if pa.types.is_struct(column.type) else column
    return held if held is not None and _is_bytes(held.type) else None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _parts(column: pa.StructArray) -> dict[str, pa.Array]:
    names = [column.type.field(place).name for place in range(column.type.num_fields)]
    return dict(zip(names, column.flatten(), strict=True))


def _paths(column: pa.Array) -> list[str]:
    paths = _parts(column).get("path") if pa.types.is_struct(column.type) else None
    return [str(path or "") for path in paths.to_pylist()] if paths is not None else [""] * len(column)


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _of_file(held: bytes | None, path: str) -> Cell:
    """Return the cell of a file, or its path where its bytes are elsewhere."""
    if not held:
        return path
    ending = next((ending for mark, ending in _ENDINGS.items() if held.startswith(mark)), "")
    named = posixpath.splitext(path)[1]
    return [named if named[1:].isalnum() and len(named) <= _LONGEST_ENDING else ending]


def _of_bytes(held: bytes | None, path: str) -> Cell:
    """Return the cell of bytes without a name: the text that they are, if they do not begin as an image does."""
    cell = _of_file(held, path)
    if not held or cell != [""]:
        return cell
    try:
        return held.decode()
    except UnicodeDecodeError:
        return cell


def _named(value: Any, classes: Sequence[str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return classes[value] if 0 <= value < len(classes) else ""
    return written(value)
