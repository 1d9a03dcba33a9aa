"""The files of a foreign zip: each is judged when it is used, by reading no more of it than is allowed."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mmdemo.datasets.files import tree
from mmdemo.datasets.files.clutter import is_clutter, is_hidden
from mmdemo.datasets.files.member import Member, entry, leads_out
from mmdemo.datasets.files.spelling import named
from mmdemo.datasets.files.tree import Report, check_size, ignore, too_many
from mmdemo.datasets.files.unpacking import SwollenError, Unpacking
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.preprocess.shortened import shortened
from mmdemo.storage.bounded import Readable
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.full import is_full
from mmdemo.storage.reading import content, open_regular
from mmdemo.storage.zips import CompressionError, TooManyEntriesError, open_member, open_zip

MOST_BYTES = 2 * 1024**3  # of all files that are unpacked
MOST_SWOLLEN, SPARE_BYTES = 20, 200 * 1024**2  # of which at most so many times the zip's own bytes, and these
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_LONGEST = 200  # characters of what zipfile says


class ZipTree(tree.FileTree):
    """The files of a zip; files in use are unpacked under `cache_dir()`, once per content of the zip.

    A file that is damaged, encrypted, a link, or said to lie outside costs whoever uses it an error, not the others.
    """

    def __init__(self, path: Path) -> None:
        """List the files; raise DatasetError where the zip is damaged, encrypted, or only a zip within a zip."""
        self.path = path
        with self._opened() as archive:
            found = [Member.of(info) for info in archive.infolist()]
        names = named([member.stored if member.name is None else member.name for member in found])
        self._members = {name: member for name, member in zip(names, found, strict=True) if name[-1:] not in ("", "/")}
        self._check()
        kept = [name for name in sorted(self._members) if not is_clutter(name)]
        self.hidden = tuple(name for name in kept if _is_out_of_sight(name))
        self.names = tuple(sorted({*kept}.difference(self.hidden)))
        self.stored = {name: member.stored for name, member in self._members.items() if member.name is None}

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open one file; raise DatasetError where it is stored as more than `most` bytes, or is damaged."""
        with self._opened() as archive, self._of(name), self._member(archive, name, most) as file:
            yield file

    def contents(self, names: Iterable[str], most: int) -> Iterator[tuple[str, bytes | DatasetError]]:
        """Yield the bytes of many small files in turn, or why one cannot be read or has more than `most` bytes."""
        with self._opened() as archive:
            for name in names:
                try:
                    with self._of(name), self._member(archive, name, most) as file:
                        yield name, file.read(most)
                except DatasetError as error:
                    yield name, error

    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Unpack the files that are not there yet; return the path of each, or why it cannot be used.

        Raises DatasetError where the zip itself is damaged, and what `report` raises, between files.
        """
        wanted, found = sorted(set(names)), dict[str, Path | DatasetError]()  # sorted, so that the same files fit
        with self._opened() as archive:
            folder = cache_dir() / "archives" / content(self.path).sha256
            most = min(MOST_BYTES, MOST_SWOLLEN * self.path.stat().st_size + SPARE_BYTES)
            unpack = Unpacking(archive, folder, most)
            for done, name in enumerate(wanted):
                report(done / len(wanted))
                try:
                    with self._of(name):
                        found[name] = unpack(self._allowed(name), name)
                except DatasetError as error:
                    found[name] = error
        mark_used([folder])
        report(1.0)
        return found

    def _member(self, archive: zipfile.ZipFile, name: str, most: int) -> zipfile.ZipExtFile:
        info = self._allowed(name)
        check_size(name, info.file_size, most)
        return open_member(archive, info)

    def _allowed(self, name: str) -> zipfile.ZipInfo:
        """Return a member's entry in the list; raise DatasetError where it is not unpacked."""
        member = self._members[name]
        if refusal := member.refusal(name):
            raise DatasetError(f"{entry(name, self.path.name)} {refusal}.")
        return member.info

    def _check(self) -> None:
        """Raise DatasetError where nothing can be used: all is encrypted, or it holds only another zip."""
        if self._members and all(member.encrypted for member in self._members.values()):
            raise self._error("is protected by a password; make one without")
        names = [name for name in self._members if not is_clutter(name)]
        if names and all(name.lower().endswith(".zip") for name in names):
            raise self._error(f"holds only another zip, {shown(names[0])}; unpack it and give what it holds")

    def _error(self, what: str) -> DatasetError:
        return DatasetError(f"The zip {self.path.name!r} {what}.")

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        """Open the zip, and turn what zipfile raises into a DatasetError."""
        try:
            with open_regular(self.path) as file, open_zip(file, tree.MOST_FILES) as archive:
                yield archive
        except TooManyEntriesError as error:
            raise too_many(self.path.name) from error
        except DAMAGED as error:
            raise self._error(f"is damaged or not a zip ({_reason(error)}); make it again") from error
        except OSError as error:
            if is_full(error):  # no fault of the zip, nor of one file in it
                raise
            raise self._error(f"cannot be read or unpacked: {error.strerror or error}") from error

    @contextmanager
    def _of(self, name: str) -> Iterator[None]:
        """Turn what one file's reading raises into a DatasetError that names it."""
        what = entry(name, self.path.name)
        try:
            yield
        except CompressionError as error:
            raise DatasetError(f"{what} is {error}; {error.remedy}.") from error
        except SwollenError as error:
            whose = f"The zip {self.path.name!r}, before {shown(name)}," if error.whole_zip else what
            raise DatasetError(f"{whose} has {error}; leave out what is not needed, or make it smaller.") from error
        except DAMAGED as error:
            raise DatasetError(f"{what} is damaged ({_reason(error)}); make the zip again.") from error
        except OSError as error:
            if is_full(error):  # no fault of the zip, nor of one file in it
                raise
            raise self._error(f"cannot be read or unpacked: {error.strerror or error}") from error


def _is_out_of_sight(name: str) -> bool:
    return leads_out(name) or is_hidden(name) or name.count("/") > tree.DEEPEST


def _reason(error: Exception) -> str:
    """Return what zipfile says, which may quote names of any length."""
    said = " ".join(str(error).split()) or type(error).__name__
    return shortened(said, _LONGEST)
