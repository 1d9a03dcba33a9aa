"""The lines of a text in any encoding, none of them longer than a row may be."""

import io
import re
from collections.abc import Iterator

from mmdemo.datasets.tables.bounds import LONGEST_ROW

_ESCAPED = re.compile("[\udc80-\udcff]")  # what Python makes of bytes that an encoding does not have


class TextLines:
    r"""The lines of a text, with their ends; one that is longer than a row may be is cut.

    encoding: one that Python knows. Bytes that it does not have become single surrogates: see `is_damaged`.

    >>> list(TextLines(b"caf\xe9\na", "cp1252"))
    ['café\n', 'a']
    """

    def __init__(self, data: bytes, encoding: str) -> None:
        self._data, self._encoding = data, encoding

    def __iter__(self) -> Iterator[str]:
        """Yield each line, from the first one on."""
        errors = "replace" if self._encoding.startswith("utf-16") else "surrogateescape"
        text = io.TextIOWrapper(io.BytesIO(self._data), self._encoding, errors, newline="")
        while line := text.readline(LONGEST_ROW + 1):
            rest = line
            while len(rest) > LONGEST_ROW and not rest.endswith(("\n", "\r")):
                rest = text.readline(LONGEST_ROW + 1)
            yield line


def is_damaged(line: str) -> bool:
    """Return whether a line holds bytes that its encoding does not have."""
    return not line.isascii() and _ESCAPED.search(line) is not None
