"""What every reader of tables returns."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Sheet:
    """The rows of a table as strings, without blank ones.

    header: the columns' names, stripped, as written: they may be empty or occur twice.
    cells: columns 0 … len(header) − 1 of Arrow strings, stripped, "" where empty; its index holds each row's number
    as a person counts them: in a spreadsheet, where the header is row 1.
    notes: what a person should know, such as the encoding that was found.
    """

    header: tuple[str, ...]
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
