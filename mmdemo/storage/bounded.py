"""A stream that gives at most so many bytes, whatever its source claims to hold."""

import io
from typing import Protocol

from mmdemo.storage.reading import TooLargeError


class Readable(Protocol):
    """What can be read in parts, such as an open file or a member of a zip."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


class Bounded(io.RawIOBase):
    r"""At most `most` bytes of another stream; at the next one, reading raises a TooLargeError.

    lines: how many line breaks were read so far.

    >>> Bounded(io.BytesIO(b"a\nb"), most=3).read()
    b'a\nb'
    """

    def __init__(self, source: Readable, most: int) -> None:
        self._source, self._most, self._left = source, most, most
        self.lines = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill the buffer with bytes of the source, never more than one above what is allowed."""
        data = self._source.read(min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError("", self._most + 1, self._most)
        self.lines += data.count(b"\n")
        buffer[: len(data)] = data
        return len(data)
