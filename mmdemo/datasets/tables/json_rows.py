"""Read JSON lines, or a JSON array of objects, one object at a time."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mmdemo.datasets.tables.bounds import LONGEST_ROW, MOST_COLUMNS, MOST_LINES, MOST_ROWS
from mmdemo.datasets.tables.encoding import UTF_8, find_encoding
from mmdemo.datasets.tables.rows import Row, sheet_of
from mmdemo.datasets.tables.scalars import written
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables.text_lines import TextLines
from mmdemo.errors import DatasetError
from mmdemo.storage.strict_json import read_json

_MARK = b"\xef\xbb\xbf"
# A string that is not closed ends with the text, so that it is looked for once.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[][{}]', re.DOTALL)


def read_json_table(name: str, data: bytes) -> Sheet:
    """Return the rows of JSON lines or of an array of objects: a column for each key, in the order they are met.

    What is no string, number or truth value stands in a cell as JSON; null is an empty cell.
    Raises DatasetError, one sentence, where there are no objects, or more rows or columns than are read.
    """
    data = _in_utf_8(data)
    if _is_one_object(data):
        raise DatasetError(
            f"{name} is one object that holds lists, as annotations of COCO do; give an object for each image, or a "
            "table with a row for each: its file name, its caption and its label."
        )
    columns = _columns(name, data)
    if not columns:
        raise DatasetError(f"{name} holds no objects such as {{\"text\": \"a cat\"}}; give one a line, or an array of "
                           "them.")  # fmt: skip
    rows = (_row(number, text, columns) for number, text in _texts(name, data))
    return sheet_of(name, list(columns), (row for row in rows if row.problem or row.filled))


def _is_one_object(data: bytes) -> bool:
    """Return whether a text is one object over several lines, or on one line with lists of objects inside."""
    first, _, others = data.strip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    if others:
        return first.rstrip().endswith((b"{", b"[", b","))
    found = _value(first)
    values = found.values() if isinstance(found, dict) else ()
    return any(isinstance(value, list) and value and isinstance(value[0], dict) for value in values)


def _columns(name: str, data: bytes) -> Mapping[str, int]:
    """Return the place of each key among the columns."""
    columns: dict[str, int] = {}
    for _, text in _texts(name, data):
        found = _value(text)
        for key in found if isinstance(found, dict) else ():
            columns.setdefault(key, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise DatasetError(f"{name} has more than {MOST_COLUMNS:,} different keys; give objects with equal keys.")
    return columns


def _row(number: int, text: bytes, columns: Mapping[str, int]) -> Row:
    found = _value(text)
    if not isinstance(found, dict):
        return Row(number, (), found if isinstance(found, str) else "is not a JSON object", "write it again")
    cells = [""] * len(columns)
    for key, value in found.items():
        cells[columns[key]] = written(value)
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return Row(number, (), "holds half a character (\\ud800 to \\udfff)", "write it again")
    return Row(number, cells)


def _value(text: bytes) -> Any:
    """Return what a text holds; a str says why it cannot be read."""
    if len(text) > LONGEST_ROW:
        return f"has more than {LONGEST_ROW:,} bytes"
    try:
        found = read_json(text)
    except ValueError as error:  # whose text may quote anything
        return f"is not valid JSON ({' '.join(str(error).split())[:100]})"
    return None if isinstance(found, str) else found


def _texts(name: str, data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each object's number and text: elements of an array, otherwise lines."""
    found = _elements(data) if data.lstrip().startswith(b"[") else _lines(data)
    for count, (number, text) in enumerate(found):
        if count == MOST_ROWS or number > MOST_LINES:
            raise DatasetError(f"{name} has more than {MOST_ROWS:,} rows; divide it, or remove blank ones.")
        yield number, text


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    number = 0
    while start < len(data):
        number += 1
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if text := data[start:end].strip():
            yield number, text
        start = end + 1


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    depth, start, number = 0, 0, 0
    for token in _TOKEN.finditer(data):
        mark = data[token.start()]
        if mark in b"{[":
            start = token.start() if depth == 1 else start
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth == 1:
                number += 1
                yield number, data[start : token.end()]
            if depth <= 0:
                return
    if depth > 1:  # the file is cut off
        yield number + 1, data[start:]


def _in_utf_8(data: bytes) -> bytes:
    encoding = find_encoding(data)
    if encoding == UTF_8:
        return data.removeprefix(_MARK)
    return "".join(TextLines(data, encoding.codec)).encode("utf-8", "replace")
