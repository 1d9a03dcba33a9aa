"""Find the row that names a table's columns: below a title, if there is one; or there is none."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

from mmdemo.datasets.column_names import is_known
from mmdemo.datasets.files.folding import is_image
from mmdemo.datasets.tables.rows import Row

_LOOKED_AT = 100  # rows
_MOST_ABOVE = 5  # rows above a header
_LEAST_REPEATS = 2  # rows below that hold what a header would name their column
_NO_HEADER = "The first row holds a pair and no names, so the columns are numbered."


def find_header(rows: Iterator[Row]) -> tuple[Row, Iterator[Row], tuple[str, ...]]:
    """Return the row of the header, the rows below it, and a note if rows above it are skipped, or there is no header.

    What stands above a header fills one cell, or less than half as many as most rows do, or half as many where the next
    row looks more like names. A table has no header if its first row names an image, or a value that repeats in its
    column, as a label does; then its columns are numbered.

    >>> rows = [Row(1, ["Products"]), Row(3, ["Image", "Title"]), Row(4, ["a.png", "a cat"])]
    >>> header, below, notes = find_header(iter(rows))
    >>> header.cells, notes
    (['Image', 'Title'], ('The header is row 3; what stands above it is skipped.',))
    >>> find_header(iter([Row(1, ["a.png", "cat"]), Row(2, ["b.png", "dog"])]))[0].cells
    ('column 1', 'column 2')
    """
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        return Row(1), rows, ()
    place = _place(first)
    header, *below = first[place:]
    if _is_pair(header, below):
        names = tuple(f"column {number + 1}" for number in range(len(header.cells)))
        return Row(header.number, names), chain([header, *below], rows), (_NO_HEADER,)
    note = f"The header is row {header.number}; what stands above it is skipped."
    return header, chain(below, rows), (note,) if place else ()


def _place(first: Sequence[Row]) -> int:
    """Return the place of the first row that is no title above a table."""
    (usual, _), *_ = Counter([row.filled for row in first[1:] or first]).most_common(1)
    for place, (row, below) in enumerate(pairwise(first[: _MOST_ABOVE + 2])):
        if not _is_above(row, below, usual):
            return place
    return 0  # nothing there looks like a header


def _is_above(row: Row, below: Row, usual: int) -> bool:
    if usual == 1 or row.filled == 1:
        return usual > 1
    return 2 * row.filled < usual or (2 * row.filled == usual and _known(row) < _known(below))


def _known(row: Row) -> int:
    return sum(is_known(cell) for cell in row.cells)


def _is_pair(header: Row, below: Sequence[Row]) -> bool:
    """Return whether what would be a header holds a pair, as the rows below do."""
    names = [cell.strip() for cell in header.cells]
    if any(is_known(name) for name in names):
        return False
    others = [row.cells for row in below if list(map(str.strip, row.cells)) != names]
    return any(is_image(name) for name in names) or any(
        sum(len(cells) > place and cells[place].strip() == name for cells in others) >= _LEAST_REPEATS
        for place, name in enumerate(names)
        if name not in ("", str(place), str(place + 1))  # which programs write above columns without names
    )
