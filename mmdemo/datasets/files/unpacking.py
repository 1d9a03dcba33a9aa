"""Unpack files of a foreign zip whole or not at all, and only so many bytes in all."""

import hashlib
import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage.bounded import Bounded
from mmdemo.storage.reading import TooLargeError
from mmdemo.storage.whole import whole_file
from mmdemo.storage.zips import open_member

_PLAIN = re.compile(r"\w[\w .()-]{0,99}")


class SwollenError(Exception):
    """A file with more bytes than an image may have, or with more than may still be unpacked: `most` of the zip."""

    def __init__(self, most: int, whole_zip: bool) -> None:
        super().__init__(f"more than {most:,} bytes when unpacked")
        self.whole_zip = whole_zip


class Unpacking:
    """Unpack members below a folder, even from several processes at once.

    most: bytes of all files together. The names on disk are ours: those in the zip may be of any length and letters.
    """

    def __init__(self, archive: zipfile.ZipFile, folder: Path, most: int) -> None:
        self._archive, self._folder, self._most, self._left = archive, folder, most, most

    def __call__(self, info: zipfile.ZipInfo, name: str) -> Path:
        """Write one file, if it is not there yet; return its path.

        Raises SwollenError where it is too large, an OSError where it cannot be written, and what zipfile raises.
        """
        place = self._folder / place_of(name)
        if place.exists():
            self._left = max(0, self._left - place.stat().st_size)
            return place
        with open_member(self._archive, info) as source:
            try:
                with whole_file(place, binary=True, parents=True) as target:
                    shutil.copyfileobj(Bounded(source, min(self._left, MAX_BYTES)), target)
            except TooLargeError as error:
                whole_zip = self._left <= MAX_BYTES
                raise SwollenError(self._most if whole_zip else MAX_BYTES, whole_zip) from error
            finally:
                self._left = max(0, self._left - source.tell())
        return place


def place_of(name: str) -> PurePosixPath:
    """Return where a member lies below its zip's folder: in one of its own, under its last name if that is a plain one.

    >>> place_of("a/cat.png").name, place_of("a/" + "x" * 300 + ".png").name, place_of("a/..").name
    ('cat.png', 'file.png', 'file')
    """
    own = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    last = PurePosixPath(name).name
    ending = re.search(r"(?a:\.\w{1,10})$", last)
    plain = _PLAIN.fullmatch(last) and not last.endswith((" ", ".")) and len(last.encode()) < 200
    return PurePosixPath(own) / (last if plain else f"file{ending.group() if ending else ''}")
