"""Read any table: which kind it is, its content tells."""

import posixpath
from collections.abc import Iterable

from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.bounds import MOST_BYTES
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables.text_table import read_text_table
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Bounded
from mmdemo.storage.reading import TooLargeError

ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".jsonl", ".ndjson", ".json", ".parquet")


def is_table(name: str) -> bool:
    """Return whether a file is a table by its ending, and not what a spreadsheet program leaves beside an open one.

    >>> is_table("lists/Pets.XLSX"), is_table("~$Pets.xlsx"), is_table("cat.png")
    (True, False, False)
    """
    base = posixpath.basename(name)
    return base.lower().endswith(ENDINGS) and not base.startswith("~$")


def tables_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the tables among files; parts of one table count once, by the name of the first."""
    return tuple(name for name in names if is_table(name))


def sheets_of(tree: FileTree, name: str) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, visible ones first; none for other tables.

    Raises DatasetError, one sentence, where it cannot be read.
    """
    return ()


def read_sheet(tree: FileTree, name: str, sheet: str = "") -> Sheet:
    """Return the rows of a table: delimited text, a workbook, JSON lines or Parquet.

    sheet: of a workbook, "" for the first that holds a table.
    Raises DatasetError, one sentence, where it is no table, damaged, or larger than is read.
    """
    return read_text_table(posixpath.basename(name), _content(tree, name))


def _content(tree: FileTree, name: str) -> bytes:
    try:
        with tree.opened(name, MOST_BYTES) as file:
            return Bounded(file, MOST_BYTES).read()
    except TooLargeError as error:
        raise DatasetError(f"{posixpath.basename(name)} has more than {MOST_BYTES:,} bytes; at most that many are "
                           "read.") from error  # fmt: skip
