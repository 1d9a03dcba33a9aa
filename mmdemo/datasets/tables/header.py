"""Find the row that names a table's columns: below a title, if there is one."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from mmdemo.datasets.tables.rows import Row

_LOOKED_AT = 20  # rows
_MOST_ABOVE = 5  # rows above a header


def find_header(rows: Iterator[Row]) -> tuple[Row, Iterator[Row], tuple[str, ...]]:
    """Return the row of the header, the rows below it, and a note if rows above it are skipped.

    What stands above a header fills one cell, or less than half as many as most rows do.

    >>> rows = [Row(1, ["Products"]), Row(3, ["Image", "Title"]), Row(4, ["a.png", "a cat"])]
    >>> header, below, notes = find_header(iter(rows))
    >>> header.cells, notes
    (['Image', 'Title'], ('The header is row 3; what stands above it is skipped.',))
    """
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        return Row(1), rows, ()
    filled = [row.filled for row in first]
    (usual, _), *_ = Counter(filled[1:] or filled).most_common(1)
    place = 0
    while place < min(_MOST_ABOVE, len(first) - 1) and _is_above(filled[place], usual):
        place += 1
    if _is_above(filled[place], usual):  # nothing there looks like a header
        place = 0
    note = f"The header is row {first[place].number}; what stands above it is skipped."
    return first[place], chain(first[place + 1 :], rows), (note,) if place else ()


def _is_above(filled: int, usual: int) -> bool:
    return usual > 1 and (filled == 1 or 2 * filled < usual)
