"""Tell tables from other files by their names, and the parts of one table from several tables."""

import posixpath
import re
from collections.abc import Iterable

TEXT = ".txt"
"""How programs call tables that are text, too, and people the captions beside their images and their notes."""
ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".jsonl", ".ndjson", ".json", ".parquet")
_PART = re.compile(r"(.*-)\d+(-of-\d+)\.parquet", re.IGNORECASE | re.DOTALL)
_SPARKS_PART = re.compile(r"((?:.*/)?part-)\d+(?:-[^/]*)?\.parquet", re.DOTALL)


def is_table(name: str) -> bool:
    """Return whether a file is a table by its ending, and not what a spreadsheet program leaves beside an open one.

    >>> is_table("lists/Pets.XLSX"), is_table("~$Pets.xlsx"), is_table("cat.png")
    (True, False, False)
    """
    base = posixpath.basename(name)
    return base.lower().endswith(ENDINGS) and not base.startswith("~$")


def tables_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the tables among files; several parts of one Parquet table count once, as the first.

    >>> tables_in(["a.png", "data.csv", "data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"])
    ('data.csv', 'data/train-00000-of-00002.parquet')
    """
    first: dict[tuple[str, str], str] = {}
    for name in sorted(name for name in names if is_table(name)):
        first.setdefault(_table_of(name), name)
    return tuple(first.values())


def parts_of(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the files that a table consists of, in order: of Parquet there may be several.

    >>> parts_of("train-00000-of-00002.parquet", ["test-00000-of-00001.parquet", "train-00001-of-00002.parquet",
    ...          "train-00000-of-00002.parquet"])
    ('train-00000-of-00002.parquet', 'train-00001-of-00002.parquet')
    >>> parts_of("part-00000-5f7a-c000.snappy.parquet", ["part-00001-5f7a-c000.snappy.parquet", "other.parquet",
    ...          "part-00000-5f7a-c000.snappy.parquet"])  # as Spark calls them: its tables are folders
    ('part-00000-5f7a-c000.snappy.parquet', 'part-00001-5f7a-c000.snappy.parquet')
    """
    table = _table_of(name)
    return tuple(sorted(other for other in names if _table_of(other) == table)) or (name,)


def _table_of(name: str) -> tuple[str, str]:
    """Return what the names of all parts of a table have in common."""
    if part := _PART.fullmatch(name):
        return part[1], part[2]
    part = _SPARKS_PART.fullmatch(name)
    return (part[1], "") if part else (name, "")
