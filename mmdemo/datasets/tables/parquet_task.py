"""Read Parquet; runs in a child process."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mmdemo.datasets.tables.bounds import MOST_COLUMNS, MOST_ROWS
from mmdemo.datasets.tables.parquet_values import cells, class_names, contents
from mmdemo.errors import DatasetError
from mmdemo.storage.reading import open_regular

pa.set_cpu_count(1)
_ANSWER = 32_000_000  # bytes after which an answer ends
_BATCH = 8_000_000  # bytes of rows that are decoded at a time
_MOST_AT_ONCE = 1_000  # rows


def parquet(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return some of a table's rows; header: `name` for messages, `path`, `first`: the row to begin with, from 0.

    The answer's header says with which row to go `on`, None at the end. `column`: None for the cells, which come as
    JSON, one row a line below one of the columns' names; else the place of a column of files, whose bytes come one
    after the other below a line of JSON with their rows and sizes; payload: which rows, as JSON.
    Raises DatasetError, one sentence, where the file cannot be read.
    """
    try:
        with open_regular(header["path"]) as file:
            source = pq.ParquetFile(file, buffer_size=2**20, pre_buffer=False)
            _check(header["name"], source.metadata)
            if header["column"] is None:
                return _cells(source, header["first"])
            return _images(source, header["column"], header["first"], json.loads(payload))
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError) as error:
        raise DatasetError(f"{header['name']} is damaged, or no Parquet file; save it again.") from error


def _check(name: str, about: pq.FileMetaData) -> None:
    if about.num_rows > MOST_ROWS:
        raise DatasetError(f"{name} has {about.num_rows:,} rows; at most {MOST_ROWS:,} are read: divide it.")
    if about.num_columns > MOST_COLUMNS:
        raise DatasetError(f"{name} has {about.num_columns:,} columns; at most {MOST_COLUMNS:,} are read.")


def _cells(source: pq.ParquetFile, first: int) -> tuple[dict[str, Any], bytes]:
    schema = source.schema_arrow
    classes = class_names(schema)
    answer = io.BytesIO()
    answer.write(json.dumps(schema.names).encode("ascii") + b"\n")
    for row, batch in _batches(source, first):
        columns = [cells(values, classes.get(name)) for name, values in zip(schema.names, batch.columns, strict=True)]
        for line in zip(*columns, strict=True):
            answer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        if answer.tell() > _ANSWER:
            return {"on": row + len(batch)}, answer.getvalue()
    return {"on": None}, answer.getvalue()


def _images(source: pq.ParquetFile, column: int, first: int, wanted: list[int]) -> tuple[dict[str, Any], bytes]:
    rows, found, size = set(wanted), [], 0
    for row, batch in _batches(source, first, source.schema_arrow.names[column]):
        if (values := contents(batch.column(0))) is None:
            raise ValueError("Got a column that holds no files.")
        for number in sorted(rows & set(range(row, row + len(batch)))):
            content = values[number - row].as_py() or b""
            found.append((number, content))
            size += len(content)
        if size > _ANSWER:
            return {"on": row + len(batch)}, _packed(found)
    return {"on": None}, _packed(found)


def _packed(found: list[tuple[int, bytes]]) -> bytes:
    sizes = [[number, len(content)] for number, content in found]
    return b"".join([json.dumps(sizes).encode("ascii"), b"\n", *(content for _, content in found)])


def _batches(source: pq.ParquetFile, first: int, *columns: str) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield batches of rows from the first one on, each with the number of its first row."""
    about, row = source.metadata, 0
    for group in range(about.num_row_groups):
        part = about.row_group(group)
        if row + part.num_rows > first:
            at_once = _BATCH * max(1, part.num_rows) // max(1, part.total_byte_size)
            batches = source.iter_batches(
                min(max(1, at_once), _MOST_AT_ONCE), [group], list(columns) or None, use_threads=False
            )
            for batch in batches:
                if row + len(batch) > first:
                    skipped = max(0, first - row)
                    yield row + skipped, batch.slice(skipped)
                row += len(batch)
        else:
            row += part.num_rows
