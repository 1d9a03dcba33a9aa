"""Read any table, whichever kind its content shows it to be."""

import io
import posixpath
import shutil
import sys

from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.bounds import MOST_BYTES
from mmdemo.datasets.tables.json_rows import read_json_table
from mmdemo.datasets.tables.kinds import PARQUET, kind_of
from mmdemo.datasets.tables.parquet import read_parquet
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables.text_table import read_text_table
from mmdemo.datasets.tables.workbook import read_workbook, sheet_names
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Bounded
from mmdemo.storage.reading import TooLargeError


def read_sheet(tree: FileTree, name: str, sheet: str = "") -> Sheet:
    """Return the rows of a table: delimited text, a workbook, JSON lines, or Parquet with all of its parts.

    sheet: of a workbook, "" for the first that holds rows.
    Raises DatasetError, one sentence, where it is no table, damaged, or larger than is read.
    """
    base = posixpath.basename(name)
    if _is_parquet(tree, name):
        return read_parquet(tree, name)
    data = _content(tree, name)
    match kind_of(base, data):
        case "workbook":
            return read_workbook(base, data, sheet)
        case "json":
            return read_json_table(base, data)
    return read_text_table(base, data)


def sheets_of(tree: FileTree, name: str) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, visible ones first; none for other tables.

    Raises DatasetError, one sentence, where it cannot be read.
    """
    if _is_parquet(tree, name):
        return ()
    base, data = posixpath.basename(name), _content(tree, name)
    return sheet_names(base, data) if kind_of(base, data) == "workbook" else ()


def _is_parquet(tree: FileTree, name: str) -> bool:
    """Return whether a file is Parquet, which is not read into memory."""
    with tree.opened(name, sys.maxsize) as file:
        return file.read(len(PARQUET)) == PARQUET


def _content(tree: FileTree, name: str) -> bytes:
    data = io.BytesIO()
    try:
        with tree.opened(name, MOST_BYTES) as file:
            shutil.copyfileobj(Bounded(file, MOST_BYTES), data)
    except TooLargeError as error:
        raise DatasetError(f"{posixpath.basename(name)} has more than {MOST_BYTES:,} bytes; at most that many are "
                           "read.") from error  # fmt: skip
    return data.getvalue()
