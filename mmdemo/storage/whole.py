"""Folders and files that appear whole or not at all."""

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from mmdemo.errors import ConfigError

_HERE, _SWAP = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def runs_dir() -> Path:
    """Return the folder of trained models: MMDEMO_RUNS_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_RUNS_DIR") or Path(tempfile.gettempdir()) / "mmdemo-runs")


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` to write into; it takes the target's place only when all went well.

    A folder that stood there before is replaced; after an error, or when the process is ended, it stays as it was.
    """
    target = target.resolve()
    mode = 0o700 if target.parent == runs_dir().resolve() else 0o777  # the names of runs are secrets
    target.parent.mkdir(mode, parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield temporary
        temporary.chmod(0o755)  # mkdtemp makes it private
        _put(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def whole_file(target: Path) -> Iterator[TextIO]:
    """Yield a text file (UTF-8) that takes the target's place only when all went well.

    Raises a ConfigError when it cannot be written.
    """
    if os.path.isdir(target):  # which, unlike the path's own method, takes any name
        raise ConfigError(f"{target} is a folder; give the name of a file.")
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                yield file
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror or error}. Choose another file.") from error


def _put(new: Path, target: Path) -> None:
    if not target.exists():
        os.replace(new, target)
    elif not _exchange(new, target):
        _replace(new, target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that a process that is killed leaves either; return whether that worked.

    Linux can (`renameat2` of glibc 2.28), on most file systems.
    """
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # another system
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _SWAP) == 0)


def _replace(new: Path, target: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    os.replace(target, old / target.name)
    try:
        os.replace(new, target)
    except OSError:
        os.replace(old / target.name, target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
