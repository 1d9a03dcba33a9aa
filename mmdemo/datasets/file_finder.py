"""Find the file that a table's cell means."""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from mmdemo.datasets.wording import listed, shown
from mmdemo.errors import DatasetError


class FileFinder:
    """Find the files that a data.csv names: the one at that path from it, else those of that name anywhere.

    names: of all files. folder: where data.csv lies.

    >>> FileFinder(["pets/a.png"], "").candidates("a.png", row=2)
    ['pets/a.png']
    """

    def __init__(self, names: Sequence[str], folder: str) -> None:
        self._folder = _plain(folder)
        self._exact = {_plain(name): name for name in names}
        self._by_name = defaultdict(list)
        for name in names:
            self._by_name[_plain(posixpath.basename(name))].append(name)

    def candidates(self, image: str, row: int) -> list[str]:
        """Return the names of the files that a cell may mean; raise DatasetError where its path leaves the data."""
        wanted = posixpath.normpath(_plain(image.replace("\\", "/")))
        if wanted.startswith(("/", "../")) or re.match("[A-Za-z]:", wanted):
            raise DatasetError(f"Row {row} of data.csv names {shown(image)}, which is outside the data; "
                               "write the path from data.csv.")
        at_path = self._exact.get(posixpath.join(self._folder, wanted))
        return [at_path] if at_path else self._by_name.get(wanted, [])

    def only(self, found: Sequence[str], image: str, row: int) -> str:
        """Return a cell's only candidate; raise DatasetError where there are several."""
        if len(found) > 1:
            raise DatasetError(f"Row {row} of data.csv names {shown(image)}, which could be "
                               f"{listed([repr(name) for name in found])}; write its path.")
        return found[0]


def _plain(name: str) -> str:
    """Return a name in the form used for comparison, because some systems write é as e and an accent."""
    return unicodedata.normalize("NFC", name)
