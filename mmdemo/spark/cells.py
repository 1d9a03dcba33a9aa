"""What stands in the cells of a table that Spark reads, as the local reader would read it; runs in the workers, too."""

import os
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from mmdemo.datasets.left_out import Why, missing_file
from mmdemo.datasets.placeholders import is_placeholder
from mmdemo.datasets.tables.parquet_values import cells as cells_of
from mmdemo.datasets.tables.parquet_values import contents
from mmdemo.modalities.registry import MODALITIES

FILE, PATH = "bytes", "path"
"""The parts of a cell that holds a file, as Hugging Face names them."""


@dataclass(frozen=True)
class Column:
    """A column of the rows that workers are given.

    name: in those rows. kind: a `string` in UTF-8, a `file`, or another `value`. classes: names of a column of class
    numbers.
    """

    name: str
    kind: Literal["string", "file", "value"] = "string"
    classes: tuple[str, ...] | None = None

    def texts(self, batch: pa.RecordBatch) -> list[str]:
        """Return the cells of a batch as text, "" where they are empty."""
        column = batch.column(self.name)
        if self.kind == "string":
            return [("" if cell is None else _decoded(cell)).strip() for cell in column.to_pylist()]
        return [cell if isinstance(cell, str) else "" for cell in cells_of(column, self.classes)]

    def files(self, batch: pa.RecordBatch) -> list[tuple[bytes, str]]:
        """Return the content and the path of each cell's file; b"" or "" where the cell lacks one."""
        column = batch.column(self.name)
        held = None if self.kind == "string" else contents(column)  # text comes as bytes, too
        if held is None:
            return [(b"", cell) for cell in self.texts(batch)]
        paths = column.field(PATH).to_pylist() if pa.types.is_struct(column.type) and _has_path(column) else []
        named = [str(one or "") for one in paths] or [""] * len(held)
        return list(zip([one or b"" for one in held.to_pylist()], named, strict=True))


@dataclass(frozen=True)
class Cells:
    """Where a modality's values stand: columns, joined where there are several, and the folder that paths begin at."""

    modality: str
    columns: tuple[Column, ...]
    folder: str = ""

    def values(self, batch: pa.RecordBatch) -> list[Any | Why]:
        """Return what each row holds: text, a file's bytes or path, "" for nothing, or why it is left out."""
        if MODALITIES[self.modality].drawn:
            return [self._file(*cell) for cell in self.columns[0].files(batch)]
        parts = zip(*(column.texts(batch) for column in self.columns), strict=True)
        return [" ".join(part).strip() for part in parts]

    def _file(self, content: bytes, path: str) -> bytes | str | Why:
        if content:
            return content
        if not path or (os.path.isabs(path) and os.path.isfile(path)):
            return path
        if self.folder and os.path.isfile(found := os.path.join(self.folder, path)):
            return found
        return "" if is_placeholder(path) else missing_file(path)


def texts_of(column: Column | None, batch: pa.RecordBatch) -> list[str]:
    """Return a column's cells as text; "" for each row where there is no such column."""
    return [""] * batch.num_rows if column is None else column.texts(batch)


def _decoded(cell: bytes | str) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


def _has_path(column: pa.StructArray) -> bool:
    return any(column.type.field(place).name == PATH for place in range(column.type.num_fields))
