"""Read a table that is text: its encoding and what divides its columns are found."""

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


def read_text_table(name: str, data: bytes) -> Sheet:
    """Return the rows of a CSV or its relatives; raise DatasetError, one sentence, where there are none or too many."""
    encoding = find_encoding(data)
    lines = TextLines(data, encoding.codec)
    delimiter = declared(next(iter(lines), ""))
    body = islice(lines, 1, None) if delimiter else iter(lines)
    delimiter = delimiter or find_delimiter(_first(lines))
    header, rows, notes = find_header(iter(DelimitedRows(name, body, delimiter)))
    if header.problem:
        raise DatasetError(f"The header of {name} (row {header.number}) {header.problem}; {header.remedy}.")
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


def _note(encoding: Encoding, delimiter: str) -> tuple[str, ...]:
    """Return what was found; nothing about the usual UTF-8 with commas."""
    if encoding == UTF_8 and delimiter == ",":
        return ()
    divided = DELIMITERS.get(delimiter, repr(delimiter))
    return (f"Read as {encoding.name}, columns divided by {divided}.",)
