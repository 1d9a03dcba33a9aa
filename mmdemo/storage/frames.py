"""Tables of ours on disk, as Parquet: written in parts, read by column."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import pandas as pd

from mmdemo.storage.reading import open_regular


def write_frames(parts: Iterable[pd.DataFrame], file: IO[bytes]) -> None:
    """Write data frames of the same columns one below the other, without their indexes; at least one."""
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    for part in parts:
        table = pa.Table.from_pandas(part, schema=None if writer is None else writer.schema, preserve_index=False)
        writer = writer or parquet.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def read_frame(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return what `write_frames` wrote, or some of its columns; raises an OSError or ValueError where it cannot."""
    from pyarrow import parquet

    with open_regular(path) as file:
        found: pd.DataFrame = parquet.read_table(file, columns=columns).to_pandas()
    return found
