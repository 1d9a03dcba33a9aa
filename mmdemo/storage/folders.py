"""Where files are kept: the cache, and the results of runs."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def cache_dir() -> Path:
    """Return the folder of the caches: MMDEMO_CACHE_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_CACHE_DIR") or Path(tempfile.gettempdir()) / "mmdemo-cache")


def runs_dir() -> Path:
    """Return the folder of trained models: MMDEMO_RUNS_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_RUNS_DIR") or Path(tempfile.gettempdir()) / "mmdemo-runs")


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can read, or close one of ours to others; raises an OSError if impossible."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    # A folder with the sticky bit, such as /tmp, is meant for everybody.
    if os.name == "posix" and found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        folder.chmod(0o700)


def check_writable(folder: Path) -> None:
    """Raise an OSError unless the folder can be written to."""
    tempfile.TemporaryDirectory(dir=folder).cleanup()


def mark_used(paths: Iterable[str | Path]) -> None:
    """Mark the runs or cache entries that hold these paths as used; other paths are ignored."""
    for entry in set(_entries(paths)):
        with suppress(OSError):  # swept in the meantime, or read-only
            os.utime(entry)


def _entries(paths: Iterable[str | Path]) -> Iterator[str]:
    """Yield the paths that trimming removes as a whole: `runs/RUN` and `cache/KIND/ENTRY`."""
    roots = [(str(root), depth) for base, depth in ((runs_dir(), 1), (cache_dir(), 2))
             for root in {base, base.absolute()}]  # fmt: skip
    for path in map(str, paths):
        for root, depth in roots:
            parts = path.removeprefix(root + os.sep).split(os.sep, depth)
            if path.startswith(root + os.sep) and len(parts) >= depth:
                yield os.path.join(root, *parts[:depth])
