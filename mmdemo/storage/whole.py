"""Write folders and files whole or not at all."""

import ctypes
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from mmdemo.errors import ConfigError
from mmdemo.storage.folders import runs_dir
from mmdemo.storage.full import is_full
from mmdemo.storage.trimming import remove

_HERE, _SWAP = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` to write into; it replaces the target only if the block succeeds.

    After an error, or if the process is killed, the target stays as it was.
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
        remove(temporary)


@contextmanager
def whole_file(target: Path, *, binary: bool = False, parents: bool = False) -> Iterator[IO[Any]]:
    """Yield a file, text in UTF-8 or binary, that replaces the target only if the block succeeds.

    parents: whether missing parent folders are made.
    Raises an OSError when it cannot be written.
    """
    if parents:
        target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        text = (None, None) if binary else ("utf-8", "")
        with os.fdopen(handle, "wb" if binary else "w", encoding=text[0], newline=text[1]) as file:
            yield file
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        remove(Path(temporary))
        raise


def make_inside(folder: Path, name: str) -> None:
    """Make a folder inside one that is there, unless it exists; raise an OSError where the outer one is missing."""
    (folder / name).mkdir(exist_ok=True)


@contextmanager
def chosen_file(target: Path, *, binary: bool = False, parents: bool = False) -> Iterator[IO[Any]]:
    """Yield a file that a person asked for, text or binary; raise a ConfigError when it cannot be written.

    A full disk stays an OSError: another name would not help.
    """
    if os.path.isdir(target):  # unlike the path's own method, this accepts any name
        raise ConfigError(f"{target} is a folder; give the name of a file.")
    try:
        with whole_file(target, binary=binary, parents=parents) as file:
            yield file
    except OSError as error:
        if is_full(error):
            raise
        raise ConfigError(f"{target} cannot be written: {error.strerror or error}. Choose another file.") from error


def _put(new: Path, target: Path) -> None:
    if not os.path.lexists(target):
        try:
            os.replace(new, target)
            return
        except OSError:
            if not os.path.lexists(target):
                raise  # otherwise another process was first
    if not _exchange(new, target):
        _replace(new, target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that a killed process leaves one or the other; return whether it worked.

    Linux can (`renameat2` of glibc 2.28), on most file systems.
    """
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # another system
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _SWAP) == 0)


def _replace(new: Path, target: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    try:
        os.replace(target, old / target.name)
        os.replace(new, target)
    except OSError:
        with suppress(OSError):  # another process was first, or the disk is gone
            os.replace(old / target.name, target)
        raise
    finally:
        if os.path.lexists(target):  # else this is the only copy
            remove(old)
