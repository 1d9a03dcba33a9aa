"""What the cells of a table's columns are like, from a sample of its rows."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.files.cell_path import is_address
from mmdemo.datasets.files.folding import folded, is_image, number, stem
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.preprocess.text import words

_ROWS, _CELLS = 2_000, 400_000  # that are looked at
_LETTERS = 1_000  # of a cell
_LONGEST = 40  # letters of a number or a date
_NUMBER = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ -]*\s?[%€$£¥]?|(true|false|yes|no)", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)[\w./#-]+", re.ASCII)
_ADDRESS = re.compile(r"(https?:|file:|data:|ftp:|s3:)?//|data:|[a-z]:\\", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """What is known of a column.

    rows: that were looked at; filled: of which hold something. files: of those that name an image of the data;
    addresses: or look like the name or web address of one. numbers: that are numbers, dates, or yes and no;
    codes: that are one word with a digit in it. different: values, whatever their case.
    words, letters: on average.
    """

    name: str
    rows: int
    filled: int
    files: int
    addresses: int
    numbers: int
    codes: int
    different: int
    words: float
    letters: float

    def share(self, count: float) -> float:
        """Return a count as a share (0–1) of the filled cells."""
        return count / self.filled if self.filled else 0.0

    @property
    def are_numbers(self) -> bool:
        """Whether nearly all cells are numbers, dates, or yes and no."""
        return self.share(self.numbers) > 0.9


def columns_of(sheet: Sheet, files: Iterable[str]) -> tuple[Column, ...]:
    """Return what is known of each column; files: the names of all that the data has."""
    rows = min(_ROWS, max(20, _CELLS // max(1, len(sheet.header))), len(sheet.cells))
    places = np.unique(np.linspace(0, max(0, len(sheet.cells) - 1), rows).astype(int))
    sample = sheet.cells.iloc[places]
    known = {_form(name) for name in files if is_image(name)}
    found = []
    for place, name in enumerate(column_names(sheet.header)):
        cells = [cell[:_LETTERS] for cell in sample.iloc[:, place].tolist() if cell]
        found.append(_column(name, len(sample), cells, known))
    return tuple(found)


def _column(name: str, rows: int, cells: Sequence[str], known: Container[str]) -> Column:
    images = [_form(cell) in known and not is_address(cell) for cell in cells]
    looks = [found or is_image(cell.strip("\"' ")) or bool(_ADDRESS.match(cell))
             for cell, found in zip(cells, images, strict=True)]  # fmt: skip
    return Column(
        name=name,
        rows=rows,
        filled=len(cells),
        files=sum(images),
        addresses=sum(looks),
        numbers=sum(len(cell) <= _LONGEST and bool(_NUMBER.fullmatch(cell)) for cell in cells),
        codes=sum(bool(_CODE.fullmatch(cell)) for cell in cells),
        different=len({" ".join(cell.split()).casefold() for cell in cells}),
        words=float(np.mean([len(words(cell)) for cell in cells])) if cells else 0.0,
        letters=float(np.mean([len(cell) for cell in cells])) if cells else 0.0,
    )


def _form(name: str) -> str:
    """Return the last part of a file's name in the form used for comparison: without an ending or leading zeros."""
    last = stem(re.split(r"[\\/]", folded(name).strip("\"' "))[-1])
    return number(last) or last
