"""A page of memory that a worker shares with its parent: which input it is trying, to be read when it hangs or dies."""

import mmap
import struct
from pathlib import Path

LONGEST = 1_000_000  # bytes of an input
_HEAD = struct.Struct("<QQ")  # number of the input, from 1, and its length


class Sheet:
    """The input at work.

    path: the file behind it, made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        size = _HEAD.size + LONGEST
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), size)

    def write(self, data: bytes) -> None:
        """Put down the next input."""
        number, _ = _HEAD.unpack_from(self._map)
        self._map[_HEAD.size : _HEAD.size + len(data)] = data
        _HEAD.pack_into(self._map, 0, number + 1, len(data))

    @property
    def number(self) -> int:
        """How many inputs were put down until now."""
        return int(_HEAD.unpack_from(self._map)[0])

    def read(self) -> bytes:
        """Return the input at work."""
        length = _HEAD.unpack_from(self._map)[1]
        return self._map[_HEAD.size : _HEAD.size + length]
