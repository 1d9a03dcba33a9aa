"""Read a table that is text: its encoding and what divides its columns are found."""

import re
from dataclasses import replace
from itertools import islice

from mmdemo.datasets.tables.delimited import DelimitedRows
from mmdemo.datasets.tables.delimiter import DELIMITERS, declared, find_delimiter
from mmdemo.datasets.tables.encoding import UTF_8, Encoding, find_encoding
from mmdemo.datasets.tables.header import find_header
from mmdemo.datasets.tables.rows import sheet_of
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables.text_lines import TextLines
from mmdemo.errors import DatasetError

_LOOKED_AT = 100_000  # characters
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f-\x9f\ufffd\udc80-\udcff]")
_MOST_WRONG = 0.05  # of the characters


def read_text_table(name: str, data: bytes) -> Sheet:
    """Return the rows of a CSV or its relatives; raise DatasetError, one sentence, where there are none or too many."""
    encoding = find_encoding(data)
    lines = TextLines(data, encoding.codec)
    first = _first(lines)
    if _is_no_text("".join(first)):
        raise DatasetError(f"{name} is no table: it holds bytes that no text has; give one saved as XLSX or CSV.")
    delimiter = declared(first[0] if first else "")
    body = islice(lines, 1, None) if delimiter else iter(lines)
    delimiter = delimiter or find_delimiter(first)
    header, rows, notes = find_header(iter(DelimitedRows(name, body, delimiter)))
    if header.problem:
        remedy = f"; {header.remedy}" if header.remedy else ""
        raise DatasetError(f"The header of {name} (row {header.number}) {header.problem}{remedy}.")
    remedy = f"put a text that contains {DELIMITERS.get(delimiter, repr(delimiter))} between double quotes"
    sheet = sheet_of(name, header.cells, rows, remedy)
    return replace(sheet, notes=(*_note(encoding, delimiter), *notes))


def _first(lines: TextLines) -> list[str]:
    found, left = [], _LOOKED_AT
    for line in lines:
        found.append(line[:left])
        left -= len(line)
        if left <= 0:
            break
    return found


def _is_no_text(text: str) -> bool:
    """Return whether more than a few characters are control characters, or bytes that the encoding does not have."""
    return len(_NO_TEXT.findall(text)) > _MOST_WRONG * len(text)


def _note(encoding: Encoding, delimiter: str) -> tuple[str, ...]:
    """Return what was found; nothing about the usual UTF-8 with commas."""
    if encoding == UTF_8 and delimiter == ",":
        return ()
    divided = DELIMITERS.get(delimiter, repr(delimiter))
    return (f"Read as {encoding.name}, columns divided by {divided}.",)
