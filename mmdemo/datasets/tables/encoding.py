"""Find the encoding of a text."""

import codecs
from dataclasses import dataclass


@dataclass(frozen=True)
class Encoding:
    """An encoding: the codec of Python, and its name for a person."""

    codec: str
    name: str


UTF_8 = Encoding("utf-8-sig", "UTF-8")
_CHUNK = 2**20


def find_encoding(data: bytes) -> Encoding:
    """Return the encoding of a text."""
    return UTF_8 if is_utf_8(data) else Encoding("cp1252", "Windows-1252")


def is_utf_8(data: bytes) -> bool:
    """Return whether all of a text is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
