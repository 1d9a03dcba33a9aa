"""The files that the cells of a Parquet table hold, as a tree of files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mmdemo.datasets.files.tree import FileTree, Report, check_size, ignore
from mmdemo.datasets.tables.parquet_file import ParquetFile, parquet_child
from mmdemo.errors import DatasetError
from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage.bounded import Readable
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.reading import content, open_regular
from mmdemo.storage.whole import whole_file

MOST_BYTES = 2 * 1024**3  # of all files that are written


class Place(NamedTuple):
    """Where a file's bytes stand: which part of the table, its row there, and its column, all from 0."""

    part: int
    row: int
    column: int


class EmbeddedFiles(FileTree):
    """Files in cells; those in use are written under `cache_dir()`, once per content of the table."""

    def __init__(self, parts: Sequence[ParquetFile], places: Mapping[str, Place]) -> None:
        self._parts, self._places = parts, places
        self.names = tuple(sorted(places))
        self._left = MOST_BYTES

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open one file; raise DatasetError where it is larger than `most` bytes, or cannot be read."""
        path = self.place([name])[name]
        if isinstance(path, DatasetError):
            raise path
        check_size(name, path.stat().st_size, most)
        with open_regular(path) as file:
            yield file

    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Write the files that are not there yet; return the path of each, or why it cannot be used.

        Raises DatasetError where the table cannot be read, and what `report` raises, between files.
        """
        wanted = sorted(set(names))
        found: dict[str, Path | DatasetError] = {}
        columns: dict[tuple[int, int], dict[int, str]] = {}
        for name in wanted:
            place = self._places[name]
            columns.setdefault((place.part, place.column), {})[place.row] = name
        for (part, column), rows in columns.items():
            for name, path in self._written(self._parts[part], column, rows):
                found[name] = path
                report(len(found) / len(wanted))
        return {name: found.get(name, DatasetError(f"{name} is no longer in the table.")) for name in wanted}

    def _written(
        self, part: ParquetFile, column: int, rows: Mapping[int, str]
    ) -> Iterator[tuple[str, Path | DatasetError]]:
        """Yield each file of one column (row → name) of a part: its name, and its path or why there is none."""
        with part.on_disk() as source:
            folder = cache_dir() / "archives" / content(source).sha256
            missing = [row for row, name in rows.items() if not (folder / name).exists()]
            yield from ((name, folder / name) for row, name in rows.items() if (folder / name).exists())
            if missing:
                with parquet_child(part.title) as ask:
                    for row, data in part.contents(ask, source, column, missing):
                        yield rows[row], self._kept(folder / rows[row], data)
        mark_used([folder])

    def _kept(self, path: Path, data: bytes) -> Path | DatasetError:
        """Write a file; return its path, or why it is not written."""
        self._left -= len(data)
        if len(data) > MAX_BYTES or self._left < 0:
            return DatasetError(f"{path.name} has {len(data):,} bytes, more than are read of one file or of all.")
        try:
            with whole_file(path, binary=True, parents=True) as file:
                file.write(data)
        except OSError as error:
            return DatasetError(f"{path.name} cannot be written: {error.strerror}.")
        return path
