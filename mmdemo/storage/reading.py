"""The only way to open files that others may have made, and what is known of their bytes."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from functools import lru_cache
from io import BufferedReader
from typing import NamedTuple

HEAD = 4096  # bytes that are enough to recognise a file's format
_CHUNK = 2**20
_MOST_FILES = 2**17  # about 400 bytes each; more than any dataset has: reading more in turn would always miss


class NotRegularError(OSError):
    """A device, pipe or socket: reading it could block or never end."""


class TooLargeError(OSError):
    """A file with more bytes than the reader accepts; `size` is a lower bound."""

    def __init__(self, path: str | os.PathLike[str], size: int, most: int) -> None:
        super().__init__(errno.EFBIG, f"it has more than {most:,} bytes", os.fspath(path))
        self.size = size


class Content(NamedTuple):
    """A file's SHA-256 (hex), and why it is refused ("" if it is not)."""

    sha256: str
    refusal: str


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a file for reading, without waiting for a pipe's other end.

    Raises an OSError: an IsADirectoryError for a folder, a NotRegularError for a device, pipe or socket.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise NotRegularError(errno.ENXIO, "it is not a regular file", os.fspath(path)) from error
        raise
    try:
        _check_regular(handle, path)
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_bytes(path: str | os.PathLike[str], most: int) -> bytes:
    """Return the bytes of a file, at most `most`, even if it grows meanwhile.

    Raises an OSError: what `open_regular` raises, or a TooLargeError.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise TooLargeError(path, size, most)
        data = file.read(size + 1)
        if len(data) > size:  # it has grown
            data += file.read(most + 1 - len(data))
    if len(data) > most:
        raise TooLargeError(path, len(data), most)
    return data


def content(path: str | os.PathLike[str], refusal: Callable[[bytes], str] = lambda head: "") -> Content:
    """Return the digest of a file's bytes, read once per process as long as the file does not change.

    refusal: why a file that begins with these bytes (≤ HEAD) is refused, "" if it is not; a function of a module, as
        answers are kept by it.
    Raises an OSError or ValueError where the file cannot be read.
    """
    status = os.stat(path)
    return _content(os.fspath(path), refusal, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=_MOST_FILES)
def _content(path: str, refusal: Callable[[bytes], str], size: int, changed: int, inode: int) -> Content:
    # Size, time and inode distinguish this file from an earlier one of the same name.
    with open_regular(path) as file:
        head = file.read(HEAD)
        digest = hashlib.sha256(head)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return Content(digest.hexdigest(), refusal(head))


def forget() -> None:
    """Forget the digests of all files; what is asked for again is read again."""
    _content.cache_clear()


def sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 (hex) of a file as it is now; raises an OSError where it cannot be read."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_regular(handle: int, path: str | os.PathLike[str]) -> None:
    mode = os.fstat(handle).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not stat.S_ISREG(mode):
        raise NotRegularError(errno.EINVAL, "it is not a regular file", os.fspath(path))
