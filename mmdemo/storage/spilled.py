"""Bytes that wait on the disk rather than in memory, without a name, and vanish with whoever holds them."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from mmdemo.errors import MMDemoError
from mmdemo.storage.bounded import Bounded, Readable
from mmdemo.storage.folders import cache_dir
from mmdemo.storage.trimming import remove


class Spilled:
    """Bytes in a temporary file that no other program can open and that the system removes with this object.

    Raises an MMDemoError where the disk is full.

    >>> Spilled(b"many bytes").read()
    b'many bytes'
    """

    def __init__(self, data: bytes) -> None:
        self._lock = Lock()
        try:
            self._file = tempfile.TemporaryFile(prefix="fusion-lab-")  # noqa: SIM115 (closed with this object)
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise MMDemoError("The server has no room left to keep this; try again later.") from error

    def read(self) -> bytes:
        """Return all of the bytes; any thread may ask."""
        with self._lock:
            self._file.seek(0)
            return self._file.read()


@contextmanager
def spilled_file(source: Readable, most: int) -> Iterator[Path]:
    """Yield the path of a copy of at most `most` bytes of a stream, for another program to read; it vanishes after.

    Should this process be killed, sweeping the cache removes it.
    Raises an OSError: a TooLargeError where there are more, others where the disk is full.
    """
    folder = cache_dir() / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{secrets.token_hex(32)}-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(Bounded(source, most), file)
        yield Path(name)
    finally:
        remove(Path(name))
