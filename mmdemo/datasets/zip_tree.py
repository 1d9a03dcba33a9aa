"""The files of a foreign zip: checked before anything is read, and unpacked only as far as needed."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path

from mmdemo.datasets.file_tree import check_count, is_hidden
from mmdemo.errors import DatasetError
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.reading import content, open_regular
from mmdemo.storage.whole import whole_file

MOST_BYTES = 2 * 1024**3
BOMB_RATIO, BOMB_BYTES = 200, 10 * 1024**2  # images and text never compress so well, except small ones
ENCRYPTED = 0x1  # bit of a member's flags
DAMAGED = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)


class ZipTree:
    """The files of a zip; files in use are unpacked under `cache_dir()`, once per content of the zip."""

    def __init__(self, path: Path) -> None:
        """List the files; raise DatasetError where the zip is damaged, encrypted or not safe to unpack."""
        self.path = path
        with self._opened() as archive:
            members = archive.infolist()
        check_count(len(members), path.name)
        for member in members:
            self._check(member)
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise self._error("unpacks to more than 2 GB; leave out what the data does not need")
        self._members = {_name(member): member for member in members if not _name(member).endswith("/")}
        self.names = tuple(sorted(name for name in self._members if not is_hidden(name)))

    def read(self, name: str) -> bytes:
        """Return the content of one file; raise DatasetError where it is damaged."""
        with self._opened() as archive:
            return archive.read(self._members[name])

    def place(self, names: Iterable[str]) -> dict[str, Path]:
        """Unpack the files that are not there yet; return the path of each.

        Raises DatasetError where one is damaged or the disk is full.
        """
        with self._opened() as archive:
            folder = cache_dir() / "archives" / content(self.path).sha256
            places = {name: folder / name for name in names}
            for name, place in places.items():
                if not place.exists():
                    _unpack(archive, self._members[name], place)
        mark_used([folder])
        return places

    def _check(self, member: zipfile.ZipInfo) -> None:
        name = member.filename
        if _leads_out(_name(member)):
            raise self._error(f"is not safe to unpack: its entry {name!r} is outside it")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise self._error(f"is not safe to unpack: its entry {name!r} is a link; put the file itself there")
        if member.flag_bits & ENCRYPTED:
            raise self._error("is protected by a password; make one without")
        if member.file_size > max(BOMB_BYTES, BOMB_RATIO * member.compress_size):
            raise self._error(f"is not safe to unpack: its entry {name!r} swells to {member.file_size:,} bytes")

    def _error(self, what: str) -> DatasetError:
        return DatasetError(f"The zip {self.path.name!r} {what}.")

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        """Open the zip, and turn what zipfile raises into a DatasetError."""
        try:
            with open_regular(self.path) as file, zipfile.ZipFile(file) as archive:
                yield archive
        except DAMAGED as error:
            raise self._error(f"is damaged or not a zip ({error or type(error).__name__}); make it again") from error
        except OSError as error:
            raise self._error(f"cannot be read or unpacked: {error.strerror or error}") from error


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's path with `/`, whichever system made the zip."""
    return member.filename.replace("\\", "/").removeprefix("./")


def _leads_out(name: str) -> bool:
    """Return whether a path is absolute or leads above the folder it starts in."""
    return name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path) -> None:
    """Write one file whole or not at all, even from several processes at once."""
    with archive.open(member) as source, whole_file(place, binary=True, parents=True) as target:
        shutil.copyfileobj(source, target)
