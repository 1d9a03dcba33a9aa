"""The rows of a CSV or its relatives, one at a time; a row that is not well-formed costs no other."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from mmdemo.datasets.tables.bounds import LONGEST_ROW, MOST_COLUMNS, MOST_LINES
from mmdemo.datasets.tables.rows import Row
from mmdemo.datasets.tables.text_lines import is_damaged
from mmdemo.errors import DatasetError

_MOST_AGAIN = 100_000_000  # characters that are read twice because of quotes that are not closed
Problem = tuple[str, str]  # and its remedy
_ENCODING = "holds bytes that its encoding does not have", "write the row again"
_LONG = f"has more than {LONGEST_ROW:,} characters, or a cell of more than {csv.field_size_limit():,}", "shorten it"
_QUOTES = (
    "has a quotation mark that is not closed, or that stands inside a quoted cell",
    'leave it out, or write it twice ("") inside a cell that begins and ends with one',
)


class DelimitedRows:
    r"""The rows of a text whose columns a delimiter divides, without blank ones, numbered as in a spreadsheet.

    name: of the table, for messages. lines: with their ends.
    Iterating raises a DatasetError where there are more lines than are read.

    >>> rows = DelimitedRows("it.csv", ["text,label\n", ",\n", '"a "cat",cat\n', "a dog,dog\n"], ",")
    >>> [(row.number, row.cells or row.problem[:22]) for row in rows]
    [(1, ['text', 'label']), (3, 'has a quotation mark t'), (4, ['a dog', 'dog'])]
    """

    def __init__(self, name: str, lines: Iterable[str], delimiter: str) -> None:
        self._name, self._lines, self._delimiter = name, iter(lines), delimiter
        self._waiting: deque[str] = deque()  # lines that are read again
        self._taken: list[str] = []  # lines of the row at work
        self._characters, self._again = 0, 0

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        for number in range(1, MOST_LINES + 1):
            row = self._next(number)
            if row is None:
                return
            if row.problem or any(map(str.strip, row.cells)):
                yield row
        if self._next(MOST_LINES + 1) is not None:
            raise DatasetError(f"{self._name} has more than {MOST_LINES:,} rows; remove blank ones, or divide it.")

    def _next(self, number: int) -> Row | None:
        """Return the next row, None at the end."""
        self._taken, self._characters = [], 0
        try:
            cells = next(csv.reader(self._take(), delimiter=self._delimiter, strict=True), None)
        except csv.Error as error:
            too_long = "limit" in str(error) and len(self._taken) == 1
            return self._without_first_line(number, _LONG if too_long else _QUOTES)
        if cells is None:
            return None
        problem = self._problem(cells)
        return self._without_first_line(number, problem) if problem else Row(number, cells)

    def _problem(self, cells: Sequence[str]) -> Problem | None:
        if self._characters > LONGEST_ROW:
            return _LONG
        if len(cells) > MOST_COLUMNS:
            return f"has {len(cells):,} cells; at most {MOST_COLUMNS:,} are read", "leave out columns"
        return _ENCODING if any(map(is_damaged, self._taken)) else None

    def _take(self) -> Iterator[str]:
        """Yield lines of the row at work, at most as many as a row may have characters."""
        while self._characters <= LONGEST_ROW:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if line is None:
                return
            self._taken.append(line)
            self._characters += len(line)
            yield line

    def _without_first_line(self, number: int, problem: Problem) -> Row:
        """Return a row that cannot be read and ends with its first line; the others are read again."""
        self._again += self._characters - len(self._taken[0])
        if self._again > _MOST_AGAIN:
            raise DatasetError(f"{self._name} has too many quotation marks that are not closed; save it again as XLSX.")
        self._waiting.extendleft(reversed(self._taken[1:]))
        return Row(number, (), *problem)
