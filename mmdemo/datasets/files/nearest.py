"""Which file a person may have meant by a name that no file has."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from difflib import SequenceMatcher

from mmdemo.datasets.files.folding import folded, stem

_AROUND = 2  # names before and after its place that are compared, in each order
_LONGEST = 100  # characters that are compared
_ALIKE = 0.6  # as difflib's own get_close_matches
_BETWEEN = re.compile(r"[\W_]+|(?<![0-9])0+(?=[0-9])")  # what people add and leave out: signs, leading zeros


class Nearest:
    """Find the file whose name is most like another, in little time however many there are.

    Compared are the neighbours in alphabetical order, read forwards and backwards, and names that differ in signs only.

    >>> Nearest(["photos/IMG_0012.jpg", "photos/cat.jpg"]).to("img-12.jpg"), Nearest(["cat.jpg"]).to("xyz.png")
    ('photos/IMG_0012.jpg', '')
    """

    def __init__(self, names: Iterable[str]) -> None:
        lasts = sorted((folded(name).rpartition("/")[2][:_LONGEST], name) for name in names)
        self._forwards = lasts
        self._backwards = sorted((stem(last)[::-1], name) for last, name in lasts)
        self._bare = {_bare(last): name for last, name in reversed(lasts)}

    def to(self, name: str) -> str:
        """Return the name that is most like this one; "" where none is."""
        last = folded(name).rpartition("/")[2][:_LONGEST]
        if same := self._bare.get(_bare(last)):
            return same
        near = {*_around(self._forwards, last), *_around(self._backwards, stem(last)[::-1])}
        return max([(_ALIKE, ""), *((_alike(last, other), other) for other in near)])[1]


def _bare(last: str) -> str:
    return _BETWEEN.sub("", stem(last)) or last


def _around(names: list[tuple[str, str]], name: str) -> list[str]:
    place = bisect_left(names, (name,))
    return [found for _, found in names[max(0, place - _AROUND) : place + _AROUND]]


def _alike(last: str, other: str) -> float:
    return SequenceMatcher(None, stem(last), stem(folded(other).rpartition("/")[2][:_LONGEST])).ratio()
