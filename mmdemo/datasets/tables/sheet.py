"""What every reader of tables returns."""

from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.left_out import LeftOut


@dataclass(frozen=True)
class Sheet:
    """The rows of a table as strings, without blank ones.

    header: the columns' names, stripped, as written: they may be empty or occur twice.
    cells: columns 0 … len(header) − 1 of Arrow strings, stripped, "" where empty; its index holds each row's number
    as a person counts them: in a spreadsheet from its top, in JSON lines the line, elsewhere from 1.
    notes: what a person should know, such as the encoding that was found.
    left_out: the rows that cannot be read, such as one with more cells than the header; they are not in `cells`.
    files: the images that the table itself holds, as Parquet may; cells name them. None where it holds none.
    """

    header: tuple[str, ...]
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    files: FileTree | None = None
