"""The files of a folder on this computer."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from mmdemo.datasets.files.clutter import is_clutter, is_hidden
from mmdemo.datasets.files.plain_copy import plain_copy
from mmdemo.datasets.files.spelling import named
from mmdemo.datasets.files.tree import DEEPEST, FileTree, Report, check_count, check_size, ignore
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.storage.bounded import Readable
from mmdemo.storage.reading import open_regular


class Folder(FileTree):
    """The files of a folder and its subfolders, those that links lead to included, each folder once.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "data.csv").write_text("image,text,label")
    >>> Folder(folder).names
    ('data.csv',)
    """

    def __init__(self, root: Path) -> None:
        """List the files; raise DatasetError where there are too many of them, or it cannot be read."""
        self.root = root.absolute()
        files = list(_Walk(self.root))
        old = [] if all(map(is_text, files)) else [os.fsencode(file) for file in files if not file.isascii()]
        self._files = {file: file for file in files if file.isascii() or not old}
        for name, raw in zip(named(old), old, strict=True):
            self._files[_unlike(name, self._files)] = os.fsdecode(raw)
        self.names = tuple(sorted(name for name in self._files if not is_hidden(name)))
        self.hidden = tuple(sorted(name for name in self._files if is_hidden(name)))
        self.stored = {name: os.fsencode(file) for name, file in self._files.items() if old and not file.isascii()}

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[Readable]:
        """Open one file; raise DatasetError where it is larger than `most` bytes, or cannot be read."""
        try:
            with open_regular(self.root / self._files[name]) as file:
                check_size(name, os.fstat(file.fileno()).st_size, most)
                yield file
        except OSError as error:
            whose = f"The file {shown(name)} of {self.root.name!r}"
            raise DatasetError(f"{whose} cannot be read: {error.strerror}.") from error

    def place(self, names: Iterable[str], report: Report = ignore) -> Mapping[str, Path | DatasetError]:
        """Return the path of each of these files; of those whose name on disk is no text, that of a copy."""
        wanted, found = sorted(set(names)), dict[str, Path | DatasetError]()
        for done, name in enumerate(wanted):
            report(done / len(wanted))
            path = self.root / self._files[name]
            found[name] = path if is_text(self._files[name]) else plain_copy(path, name)
        report(1.0)
        return found


class _Walk:
    """Names of the files below a folder; real folders come first, then those that links lead to, each once."""

    def __init__(self, root: Path) -> None:
        self._root, self._met = root, 0
        self._seen: set[tuple[int, int]] = set()
        self._waiting, self._linked = deque([""]), deque[str]()

    def __iter__(self) -> Iterator[str]:
        while self._waiting or self._linked:
            inside = self._waiting.popleft() if self._waiting else self._linked.popleft()
            if inside.count("/") <= DEEPEST and self._is_new(inside):
                yield from self._files(inside)

    def _files(self, inside: str) -> Iterator[str]:
        """Yield the files of one folder, and queue the folders in it."""
        for entry in self._entries(inside):
            self._met += 1
            check_count(self._met, self._root.name)
            name = f"{inside}{entry.name}"
            if is_clutter(name):
                continue
            if _is_folder(entry):
                (self._linked if entry.is_symlink() else self._waiting).append(f"{name}/")
            else:
                yield name

    def _is_new(self, inside: str) -> bool:
        try:
            status = os.stat(self._root / inside)
        except OSError:
            return not inside  # the root's own entries say why it cannot be read
        place = (status.st_dev, status.st_ino)
        new = place not in self._seen
        self._seen.add(place)
        return new

    def _entries(self, inside: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._root / inside) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if inside:  # what lies deeper than paths may be long, or belongs to somebody else
                return []
            raise DatasetError(f"The folder {self._root.name!r} cannot be read: {error.strerror}.") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # a link in a circle
        return entry.is_dir()
    return False


def is_text(name: str) -> bool:
    """Return whether a name on disk is UTF-8; the others cannot be printed or kept in any file."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unlike(name: str, others: Mapping[str, str]) -> str:
    """Return a name that no other file has."""
    while name in others:
        name += "'"
    return name
