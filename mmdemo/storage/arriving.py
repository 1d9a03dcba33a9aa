"""A file that arrives in pieces, one after the other."""

import os
from pathlib import Path

from mmdemo.errors import DatasetError


class GapError(DatasetError):
    """A piece that does not follow on what is there; `length` is the bytes that are."""

    def __init__(self, length: int) -> None:
        super().__init__(f"A piece is missing: go on at byte {length:,}.")
        self.length = length


def append(file: Path, offset: int, piece: bytes) -> int:
    """Write a piece at its offset and return the file's length then; a piece that is there already changes nothing.

    Raises a GapError where it does not begin at the file's end, an OSError where it cannot be written: only the first
    piece makes the file, and nothing its folder.
    """
    length = length_of(file)
    if offset + len(piece) <= length:
        return length
    if offset != length:
        raise GapError(length)
    made = 0 if offset else os.O_CREAT
    handle = os.open(file, os.O_WRONLY | made | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as opened:
        try:
            opened.seek(offset)
            written = 0
            while written < len(piece):
                written += opened.write(piece[written:]) or 0
        except OSError:  # the disk is full: what is there can be gone on with
            opened.truncate(offset)
            raise
    return offset + len(piece)


def length_of(file: Path) -> int:
    """Return the bytes that have arrived, 0 if there are none."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
