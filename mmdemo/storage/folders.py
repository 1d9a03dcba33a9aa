"""Where files are kept: the cache, and the results of runs."""

import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from mmdemo.errors import ConfigError

RUN = re.compile(r"[A-Za-z0-9_-]{22}")  # the name of a run that the server has performed


class NotOursError(PermissionError):
    """A folder that another account made: whoever made it could put anything there, and read what we put there."""


def cache_dir() -> Path:
    """Return the folder of the caches: MMDEMO_CACHE_DIR where it is set, else one in the temporary folder.

    It is made if it can be, for its owner only. Raises a ConfigError where it belongs to somebody else.
    """
    folder = cache_path()
    try:
        make_private(folder)
    except NotOursError as error:
        raise ConfigError(
            f"The folder of the caches {error.strerror}. Set MMDEMO_CACHE_DIR to a folder of your own."
        ) from error
    except OSError:  # whoever writes there says so, or works without it
        return folder
    return folder


def cache_path() -> Path:
    """Return where the folder of the caches is or would be; nothing is made or checked."""
    return Path(os.environ.get("MMDEMO_CACHE_DIR") or Path(tempfile.gettempdir()) / "mmdemo-cache")


def runs_dir() -> Path:
    """Return the folder of trained models: MMDEMO_RUNS_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_RUNS_DIR") or Path(tempfile.gettempdir()) / "mmdemo-runs")


def own_data_dir() -> Path:
    """Return the folder of the data that visitors bring, within that of the runs."""
    return runs_dir() / "own-data"


def kept_beside(model: Path) -> Path:
    """Return the folder of what is made from a model and can be made again: beside a run, so that it goes with it.

    Of any other model it is that of the caches. Raises a ConfigError where that belongs to somebody else.
    """
    model = model.absolute()
    is_run = RUN.fullmatch(model.name) and model.parent == runs_dir().absolute()
    return model.with_name(f"{model.name}.kept") if is_run else cache_dir()


def cache_beside(data: str | None) -> Path:
    """Return the cache of what is computed from data at this place: beside a visitor's own, so that it goes with it.

    Of all other data it is the server's. Raises a ConfigError where that belongs to somebody else.
    """
    inside = Path(data or "").absolute()
    own = own_data_dir().absolute()
    return own / inside.relative_to(own).parts[0] / "cache" if own in inside.parents else cache_dir()


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can read, or close one of ours to others.

    Raises an OSError where that is impossible: a NotOursError where it, or a link in its place, is somebody else's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_ours(folder):
        raise NotOursError(errno.EPERM, "belongs to another account")
    mode = folder.stat().st_mode
    # A folder with the sticky bit, such as /tmp, is meant for everybody.
    if os.name == "posix" and not mode & stat.S_ISVTX and mode & 0o777 != 0o700:
        folder.chmod(0o700)


def is_ours(folder: Path) -> bool:
    """Return whether a folder, and a link in its place, belong to the account that asks; False if it is missing."""
    try:
        return os.name != "posix" or {folder.lstat().st_uid, folder.stat().st_uid} == {os.geteuid()}
    except OSError:
        return False


def check_writable(folder: Path) -> None:
    """Raise an OSError unless the folder can be written to."""
    tempfile.TemporaryDirectory(dir=folder).cleanup()


def mark_used(paths: Iterable[str | Path]) -> None:
    """Mark the runs, data or cache entries that hold these paths as used; other paths are ignored."""
    for entry in entries_of(paths):
        with suppress(OSError):  # swept in the meantime, or read-only
            os.utime(entry)


def entries_of(paths: Iterable[str | Path]) -> set[str]:
    """Return what trimming removes as a whole and holds these paths, as far as anything does."""
    return set(_entries(paths))


def _entries(paths: Iterable[str | Path]) -> Iterator[str]:
    """Yield the paths that trimming removes as a whole: `runs/RUN`, `runs/own-data/ID` and `cache/KIND/ENTRY`."""
    roots = [(str(root), depth) for base, depth in ((runs_dir(), 1), (own_data_dir(), 1), (cache_path(), 2))
             for root in {base, base.absolute()}]  # fmt: skip
    for path in map(str, paths):
        for root, depth in roots:
            parts = path.removeprefix(root + os.sep).split(os.sep, depth)
            if path.startswith(root + os.sep) and len(parts) >= depth:
                yield os.path.join(root, *parts[:depth])
