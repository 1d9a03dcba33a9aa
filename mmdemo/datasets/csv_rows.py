"""The rows of a foreign CSV, read one at a time and bounded before anything of them is kept."""

import csv
import io
from collections.abc import Iterator

from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Bounded, Readable
from mmdemo.storage.reading import TooLargeError

MOST_BYTES = 50_000_000
MOST_LINES = 1_048_576  # blank ones too: as many as a spreadsheet has
MOST_COLUMNS = 10_000
LONGEST_ROW = 1_000_000  # characters


class CsvRows:
    r"""The rows of a CSV in UTF-8, without blank ones but with the header, numbered as in a spreadsheet.

    One row at a time is in memory. Reading raises a DatasetError, with the row's number, where the file is not UTF-8,
    not well-formed, or larger than one of the bounds above.

    >>> list(CsvRows(io.BytesIO(b"text,label\n,\na cat,cat\n")))
    [(1, ['text', 'label']), (3, ['a cat', 'cat'])]
    """

    def __init__(self, file: Readable) -> None:
        self._bytes = Bounded(file, MOST_BYTES)
        self._row, self._characters = 1, 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row's number and its cells as written."""
        reader = csv.reader(self._lines(), strict=True)
        try:
            for cells in reader:
                self._check(cells)
                if self._row == 1 or any(map(str.strip, cells)):
                    yield self._row, cells
                self._row, self._characters = self._row + 1, 0
        except csv.Error as error:
            raise DatasetError(
                f"data.csv cannot be read at line {reader.line_num} ({error}); check its quotes."
            ) from error
        except UnicodeDecodeError as error:
            # What is being decoded ends with the last byte read.
            line = self._bytes.lines - error.object.count(b"\n", error.start) + 1
            raise DatasetError(f'data.csv is not UTF-8 (line {line}); save it as "CSV UTF-8".') from error
        except TooLargeError as error:
            raise DatasetError(f"data.csv has more than {MOST_BYTES:,} bytes; at most that many are read.") from error

    def _lines(self) -> Iterator[str]:
        """Yield the lines, and count the characters of a row while it grows: quoted, it may have many lines."""
        text = io.TextIOWrapper(self._bytes, "utf-8-sig", newline="")  # type: ignore[type-var]  # a raw stream is enough
        while line := text.readline(LONGEST_ROW + 1):
            self._characters += len(line)
            if self._characters > LONGEST_ROW:
                raise DatasetError(
                    f"Row {self._row:,} of data.csv has more than {LONGEST_ROW:,} characters; check its quotes and "
                    "line breaks."
                )
            yield line

    def _check(self, cells: list[str]) -> None:
        if len(cells) > MOST_COLUMNS:
            raise DatasetError(f"Row {self._row:,} of data.csv has {len(cells):,} cells; at most {MOST_COLUMNS:,} are "
                               "read.")  # fmt: skip
        if self._row > MOST_LINES:
            raise DatasetError(f"data.csv has more than {MOST_LINES:,} rows; remove blank ones, or divide it.")
