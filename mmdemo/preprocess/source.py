"""Where a picture comes from: what to call it in a message, and its bytes."""

import os
import re
import stat
from pathlib import Path

from mmdemo.errors import ImageError

MAX_BYTES = 50_000_000

_LONGEST_NAME = 80


def shown_name(source: str | os.PathLike | bytes, name: str | None = None) -> str:
    """Return what to call a picture in a message: its file name without folders, printable and not too long.

    >>> shown_name("/home/ann/cat.png"), shown_name(b"...", name="dog.png"), shown_name(b"...")
    ('cat.png', 'dog.png', 'The picture')
    """
    if name is None:
        name = "" if isinstance(source, bytes) else os.fsdecode(source)
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    printable = "".join(character if character.isprintable() else "�" for character in last)
    if len(printable) > _LONGEST_NAME:
        printable = f"{printable[:50]}…{printable[-25:]}"
    return printable or "The picture"


def read(source: str | os.PathLike | bytes, name: str) -> bytes:
    """Return the bytes of a picture file, or the bytes given, at most MAX_BYTES of them.

    Raises ImageError if the file is missing, not a file, not permitted, unreadable or too large.
    """
    if isinstance(source, bytes):
        _check_length(len(source), name)
        return source
    try:
        return _read_file(Path(os.fsdecode(source)), name)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError(f"{name} was not found; check where it lies and how it is spelt.") from error
    except PermissionError as error:
        raise ImageError(f"{name} may not be read by this account; change its permissions.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise ImageError(f"{name} cannot be read ({reason}); copy it elsewhere or choose another.") from error


def _read_file(path: Path, name: str) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ImageError(f"{name} is a folder, not a picture; choose a file inside it.")
    if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever, a device never end
        raise ImageError(f"{name} is a device or a pipe, not a picture; choose a file.")
    _check_length(status.st_size, name)
    return path.read_bytes()


def _check_length(length: int, name: str) -> None:
    if length > MAX_BYTES:
        raise ImageError(
            f"{name} has {length / 1e6:,.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read: make the picture smaller."
        )
