"""A Parquet file of a tree, read a part at a time by a child process that opens it by its path."""

import json
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mmdemo.datasets.files.folder import Folder
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.child import BUDGET, Ask, child
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.errors import DatasetError
from mmdemo.storage.spilled import spilled_file

MOST_BYTES = 2 * 1024**3
_TASK = "mmdemo.datasets.tables.parquet_task:parquet"
_BUDGET = replace(BUDGET, megabytes=600)  # a page of a column of images is held twice

Cells = list[str | list[str]]
"""A row's cells; a file's is a list of its ending."""


def parquet_child(name: str) -> AbstractContextManager[Ask]:
    """Return a child process that reads the Parquet files of a table of this name."""
    return child(name, _TASK, "pyarrow", _BUDGET)


@dataclass(frozen=True)
class ParquetFile:
    """One file of a tree; `ask` is what a `parquet_child` yields.

    >>> ParquetFile(LoneFile(Path("pets.parquet")), "pets.parquet").title
    'pets.parquet'
    """

    tree: FileTree
    name: str

    @property
    def title(self) -> str:
        """What messages call it."""
        return posixpath.basename(self.name)

    def rows(self, ask: Ask) -> Iterator[Cells]:
        """Yield the names of the columns, then the rows; raise DatasetError where it cannot be read."""
        header: Any = None
        with self.on_disk() as path:
            for answer in self._answers(ask, {"path": str(path), "column": None}):
                names, *rows = answer.split(b"\n")[:-1]
                if header is None:
                    yield (header := json.loads(names))
                yield from map(json.loads, rows)

    def contents(self, ask: Ask, path: Path, column: int, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes of the files that a column holds in these rows, from 0, in their order."""
        about = {"path": str(path), "column": column}
        for answer in self._answers(ask, about, json.dumps(sorted(rows)).encode(), first=min(rows)):
            at = answer.index(b"\n") + 1
            for row, size in json.loads(answer[:at]):
                yield row, answer[at : at + size]
                at += size

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Yield a path of the file: its own in a folder, otherwise a copy's that vanishes with the block."""
        if isinstance(self.tree, (Folder, LoneFile)):
            path = self.tree.place([self.name])[self.name]
            if isinstance(path, DatasetError):
                raise path
            yield path
            return
        with self._copy() as path:
            yield path

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        with ExitStack() as opened:
            try:
                source = opened.enter_context(self.tree.opened(self.name, MOST_BYTES))
                path = opened.enter_context(spilled_file(source, MOST_BYTES))
            except OSError as error:
                raise DatasetError(f"{self.title} cannot be unpacked: {error.strerror or error}.") from error
            yield path

    def _answers(
        self, ask: Ask, about: dict[str, Any], payload: bytes = b"", first: int = 0
    ) -> Iterator[bytes]:
        on: int | None = first
        while on is not None:
            header, answer = ask({**about, "name": self.title, "first": on}, payload)
            yield answer
            on = header["on"]
