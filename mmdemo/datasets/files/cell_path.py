"""The paths that a cell of a table may mean, whoever wrote it on whichever computer."""

import re
from urllib.parse import unquote

_ADDRESS = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+:|//[^/]|www\.[^/]+/", re.IGNORECASE)
_FILE = re.compile(r"file:(//(localhost)?(?=/|[A-Za-z]:))?", re.IGNORECASE)
_DRIVE = re.compile(r"(\\\\\?\\)?[A-Za-z]:")
_AROUND = " \t\r\n\v\f\u00a0\u3000\u200b\u2060\ufeff'\"`“”„‘’«»<>"
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
MOST_PARTS = 60  # of a path that are looked at: its last


def is_address(cell: str) -> bool:
    r"""Return whether a cell holds an address on the web or in a store, or an image itself, and not a path.

    >>> [is_address(cell) for cell in ("https://a.org/a.png", "data:image/png;base64,", r"C:\a.png", "file:///a.png")]
    [True, True, False, False]
    """
    return _ADDRESS.match(cell.strip(_AROUND)) is not None


def ways_to_read(cell: str) -> tuple[str, ...]:
    r"""Return the paths that a cell may mean, with `/`: as written first, then tidied, then without URL's escapes.

    >>> ways_to_read(r"'C:\my%20photos\a.png'")
    ("'C:\\my%20photos\\a.png'", '/my%20photos/a.png', '/my photos/a.png')
    """
    tidy = _FILE.sub("", cell.strip(_AROUND), count=1).strip(_AROUND)
    tidy = _DRIVE.sub("/", tidy, count=1) if _DRIVE.match(tidy) else tidy
    tidy = re.sub("/+", "/", tidy.replace("\\", "/"))
    plain = unquote(tidy, errors="strict") if _is_escaped(tidy) else tidy
    return tuple(dict.fromkeys(way for way in (cell, tidy, plain) if way))


def parts(path: str) -> tuple[str, ...]:
    """Return the folders and the name of a path without `.`, doubled `/` and what `..` takes back.

    >>> parts("./a//b/../c.png"), parts("/a/../../c.png")
    (('a', 'c.png'), ('..', 'c.png'))
    """
    kept: list[str] = []
    for part in path.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part not in ("", "."):
            kept.append(part)
    return tuple(kept)


def _is_escaped(path: str) -> bool:
    if not _ESCAPED.search(path):
        return False
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True
