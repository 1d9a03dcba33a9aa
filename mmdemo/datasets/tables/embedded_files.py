"""The files that a Parquet table holds in its cells, as a tree of files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mmdemo.datasets.file_tree import FileTree, check_size
from mmdemo.datasets.tables.parquet_file import Part, asked_for, on_disk
from mmdemo.errors import DatasetError
from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage.bounded import Readable
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.reading import content, open_regular
from mmdemo.storage.whole import whole_file
