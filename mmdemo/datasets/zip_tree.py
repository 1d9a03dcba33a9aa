"""The files of a foreign zip: each is judged when it is used, by reading no more of it than is allowed."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mmdemo.datasets import file_tree
from mmdemo.datasets.file_tree import check_size, is_hidden, too_many
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.preprocess.shortened import shortened
from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage.bounded import Bounded, Readable
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.reading import TooLargeError, content, open_regular
from mmdemo.storage.whole import whole_file
from mmdemo.storage.zips import TooManyEntriesError, open_member, open_zip

MOST_BYTES = 2 * 1024**3  # of all files that are unpacked
MOST_SWOLLEN, SPARE_BYTES = 20, 200 * 1024**2  # of which at most so many times the zip's own bytes, and these
ENCRYPTED = 0x1  # bit of a member's flags
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_DEEPEST = 60  # folders in a name
_LONGEST = 200  # characters of what zipfile says


class SwollenError(Exception):
    """A file, or all that are used together, with more bytes than are unpacked."""


class ZipTree:
    """The files of a zip; files in use are unpacked under `cache_dir()`, once per content of the zip."""

    def __init__(self, path: Path) -> None:
        """List the files; raise DatasetError where the zip is damaged, encrypted or not safe to unpack."""
        self.path = path
        with self._opened() as archive:
            members = archive.infolist()
        for member in members:
            self._check(member)
        self._members = {_name(member): member for member in members if not _name(member).endswith("/")}
        self.names = tuple(sorted(name for name in self._members if not is_hidden(name)))

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open one file; raise DatasetError where it is stored as more than `most` bytes, or is damaged."""
        member = self._members[name]
        check_size(name, member.file_size, most)
        with self._opened() as archive, open_member(archive, member) as file:
            yield file

    def place(self, names: Iterable[str]) -> Mapping[str, Path | DatasetError]:
        """Unpack the files that are not there yet; return the path of each, or why it cannot be used.

        Raises DatasetError where the zip itself is damaged.
        """
        found: dict[str, Path | DatasetError] = {}
        with self._opened() as archive:
            unpack = _Unpacking(archive, min(MOST_BYTES, MOST_SWOLLEN * self.path.stat().st_size + SPARE_BYTES))
            folder = cache_dir() / "archives" / content(self.path).sha256
            for name in sorted(names):  # in the same order each time, so that the same files fit
                found[name] = place = folder / name
                try:
                    with self._explained():
                        unpack(self._members[name], place)
                except DatasetError as error:
                    found[name] = error
        mark_used([folder])
        return found

    def _check(self, member: zipfile.ZipInfo) -> None:
        name = member.filename
        if _leads_out(_name(member)):
            raise self._error(f"is not safe to unpack: its entry {shown(name)} is outside it")
        if _name(member).count("/") > _DEEPEST:
            raise self._error(f"is not safe to unpack: its entry {shown(name)} lies in more than {_DEEPEST} folders")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise self._error(f"is not safe to unpack: its entry {shown(name)} is a link; put the file itself there")
        if member.flag_bits & ENCRYPTED:
            raise self._error("is protected by a password; make one without")

    def _error(self, what: str) -> DatasetError:
        return DatasetError(f"The zip {self.path.name!r} {what}.")

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        """Open the zip, and turn what zipfile raises into a DatasetError."""
        with self._explained(), open_regular(self.path) as file, open_zip(file, file_tree.MOST_FILES) as archive:
            yield archive

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except TooManyEntriesError as error:
            raise too_many(self.path.name) from error
        except SwollenError as error:
            raise self._error(f"cannot be used: {error}; leave out what is not needed") from error
        except DAMAGED as error:
            raise self._error(f"is damaged or not a zip ({_reason(error)}); make it again") from error
        except OSError as error:
            raise self._error(f"cannot be read or unpacked: {error.strerror or error}") from error


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's path with `/`, whichever system made the zip."""
    return member.filename.replace("\\", "/").removeprefix("./")


def _leads_out(name: str) -> bool:
    """Return whether a path is absolute or leads above the folder it starts in."""
    return name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/")


def _reason(error: Exception) -> str:
    """Return what zipfile says, which may quote names of any length."""
    said = " ".join(str(error).split()) or type(error).__name__
    return shortened(said, _LONGEST)


class _Unpacking:
    """Write files whole or not at all, even from several processes at once, and no more bytes than allowed in all."""

    def __init__(self, archive: zipfile.ZipFile, most: int) -> None:
        self._archive, self._most, self._left = archive, most, most

    def __call__(self, member: zipfile.ZipInfo, place: Path) -> None:
        """Write one file, if it is not there yet.

        Raises SwollenError where it has more bytes than an image may have, or all files together than is allowed.
        """
        if place.exists():
            self._left = max(0, self._left - place.stat().st_size)
            return
        with open_member(self._archive, member) as source:
            try:
                with whole_file(place, binary=True, parents=True) as target:
                    shutil.copyfileobj(Bounded(source, min(self._left, MAX_BYTES)), target)
            except TooLargeError as error:
                own = self._left > MAX_BYTES
                what, most = (f"its entry {shown(member.filename)} has", MAX_BYTES) if own else ("it has", self._most)
                raise SwollenError(f"{what} more than {most:,} bytes when unpacked") from error
            finally:
                self._left = max(0, self._left - source.tell())
