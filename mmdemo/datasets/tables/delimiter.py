"""Find what divides the columns of a text."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_LOOKED_AT = 200  # rows
_LEAST = 0.3  # of the rows that must have as many cells as the header


def find_delimiter(lines: Sequence[str]) -> str:
    r"""Return what divides the columns, "," where there is only one column.

    It is what gives most rows as many cells as the header, more than one; quoted text does not count.
    lines: the first ones, with their ends.

    >>> find_delimiter(["name;price\n", "cat, red;1,5\n", "dog, old;2,5\n"])
    ';'
    """
    shares = {delimiter: _agreement(lines, delimiter) for delimiter in DELIMITERS}
    best = max(shares, key=shares.__getitem__)  # the first of equals
    return best if shares[best][0] >= _LEAST else ","


def declared(line: str) -> str:
    r"""Return the delimiter that a first line such as `sep=;` declares, "" if it is not such a line.

    >>> declared("sep=;\r\n"), declared('"sep=;"'), declared("separator")
    (';', ';', '')
    """
    name, _, delimiter = line.strip("\r\n \"").partition("=")
    return delimiter if name.casefold() == "sep" and len(delimiter) == 1 and not delimiter.isalnum() else ""


def _agreement(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """Return the share of rows that are as wide as the header, and its width; (0, 1) for one column."""
    widths = []
    with suppress(csv.Error):  # what was read until then will do
        for row in islice(csv.reader(lines, delimiter=delimiter), _LOOKED_AT):
            widths += [len(row)] if any(map(str.strip, row)) else []
    usual = max(set(widths), key=widths.count, default=1)
    header = next((width for width in widths if width > 1 and (width == widths[0] or width == usual)), 1)
    if header == 1:
        return 0.0, 1
    return widths.count(header) / len(widths), header
