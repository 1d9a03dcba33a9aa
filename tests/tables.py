"""Write tables in every format, and read them."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mmdemo.datasets.tables import parquet_task, workbook_task
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.storage.spreadsheet import write_xlsx

Rows = Sequence[Sequence[str]]


def read(folder: Path, name: str, data: bytes) -> Sheet:
    """The sheet of a file with these bytes."""
    (folder / name).write_bytes(data)
    return read_sheet(LoneFile(folder / name), name)


def table_of(sheet: Sheet) -> list[list[str]]:
    """Header and cells."""
    return [list(sheet.header), *sheet.cells.to_numpy().tolist()]


def delimited(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    quoted = ([f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & {*'"\r\n', delimiter} else cell for cell in row]
              for row in rows)  # fmt: skip
    return "".join(delimiter.join(row) + end for row in quoted).encode(encoding)


def xlsx(rows: Sequence[Sequence[str | float]]) -> bytes:
    file = io.BytesIO()
    write_xlsx(rows, file)
    return file.getvalue()


def json_lines(rows: Rows) -> bytes:
    return "\n".join(json.dumps(dict(zip(rows[0], row, strict=True))) for row in rows[1:]).encode()


def parquet(rows: Rows) -> bytes:
    columns = {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}
    return parquet_of(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}))


def parquet_of(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


FORMATS: Mapping[str, Callable[[Rows], bytes]] = {
    "it.csv": delimited,
    "it.tsv": lambda rows: delimited(rows, "\t", "utf-16"),
    "semicolons.csv": lambda rows: delimited(rows, ";", "utf-8-sig", "\n"),
    "bars.txt": lambda rows: delimited(rows, "|", "utf-16-be"),
    "it.xlsx": xlsx,
    "it.jsonl": json_lines,
    "it.json": lambda rows: json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode(),
    "it.parquet": parquet,
}
"""Name of a file → what writes rows so."""


@contextmanager
def in_this_process(name: str, task: str, library: str, *budget: object) -> Iterator[Any]:
    """Stand in for the child process, which takes a while to start."""
    function = task.partition(":")[2]
    tasks = {"workbook": workbook_task.workbook, "parquet": parquet_task.parquet}
    yield lambda header, payload=b"": tasks[function](json.loads(json.dumps({"name": name, **header})), payload)
