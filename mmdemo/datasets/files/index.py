"""Names of files, looked up by ever less of them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from mmdemo.datasets.files.cell_path import MOST_PARTS
from mmdemo.datasets.files.folding import folded, may_be_image, number, stem

_LAST = "\U0010ffff"
_MOST_ALIKE = 200  # files of one name among which the folders of a cell decide; with more it is not unique


class Index:
    """Look up the files that a path means; each way of looking is built when it is first needed.

    spelled: key of a file → its path, with `/`. Answers are keys, sorted.

    >>> index = Index({"photos/B.JPG": "photos/B.JPG", "c.png": "c.png"})
    >>> index.at(["b.jpg", "Photos/b.jpg"]), index.ending(["photos/c"]), index.named("/home/me/b.jpeg")
    (['photos/B.JPG'], [], ['photos/B.JPG'])
    """

    def __init__(self, spelled: Mapping[str, str]) -> None:
        self._spelled = dict(sorted(spelled.items()))

    def at(self, paths: Iterable[str]) -> list[str]:
        """Return the files at the first of these paths that has any: letter by letter, else as a person reads."""
        paths = list(paths)
        return _first(self._exact, paths) or _first(self._folded, map(folded, paths))

    def ending(self, paths: Iterable[str]) -> list[str]:
        """Return the images at the first of these paths where there are any, whatever their endings."""
        return _first(self._stems, (stem(folded(path)) for path in paths))

    def named(self, path: str) -> list[str]:
        """Return the files that share the most last parts with a path, in or under the folders that it names."""
        parts = folded(path).split("/")[-MOST_PARTS:]
        return self._by_last(self._tails, parts, path) or self._by_last(
            self._stem_tails, [*parts[:-1], stem(parts[-1])], path
        )

    def numbered(self, path: str) -> list[str]:
        """Return the images whose names are this number, perhaps with zeros before it, in any folder."""
        return self._numbers.get(number(stem(folded(path))), [])

    def _by_last(self, tails: "_Tails", parts: Sequence[str], path: str) -> list[str]:
        for length in range(len(parts), 0, -1):
            if found := tails.ending_in(parts[-length:]):
                return self._same_letters(self._under(found, parts[:-length]), path, length)
        return []

    def _under(self, found: list[str], folders: Sequence[str]) -> list[str]:
        """Keep what lies below the last of these folders that is there: a file missing from it is no other file."""
        there = next((folder for folder in reversed(folders) if folder in self._folders), None)
        if there is None or len(found) > _MOST_ALIKE:
            return found
        return [key for key in found if there in folded(self._spelled[key]).split("/")[:-1]]

    def _same_letters(self, found: list[str], path: str, length: int) -> list[str]:
        """Prefer the only file that is spelled as the path is, if several are alike."""
        if not 1 < len(found) <= _MOST_ALIKE:
            return found
        tail = "/" + "/".join(path.split("/")[-length:])
        same = [key for key in found if f"/{self._spelled[key]}".endswith(tail)]
        return same if len(same) == 1 else found

    @cached_property
    def _exact(self) -> Mapping[str, list[str]]:
        return _grouped((path, key) for key, path in self._spelled.items())

    @cached_property
    def _folded(self) -> Mapping[str, list[str]]:
        return _grouped((folded(path), key) for key, path in self._spelled.items())

    @cached_property
    def _stems(self) -> Mapping[str, list[str]]:
        return _grouped((stem(path), key) for path, keys in self._folded.items() if may_be_image(path) for key in keys)

    @cached_property
    def _numbers(self) -> Mapping[str, list[str]]:
        numbers = ((number(path.rpartition("/")[2]), keys) for path, keys in self._stems.items())
        return _grouped((one, key) for one, keys in numbers if one for key in keys)

    @cached_property
    def _tails(self) -> "_Tails":
        return _Tails(self._folded)

    @cached_property
    def _stem_tails(self) -> "_Tails":
        return _Tails(self._stems)

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(part for path in self._folded for part in path.split("/")[:-1])


class _Tails:
    """Paths sorted by their last parts, so that those that share some stand side by side."""

    def __init__(self, paths: Mapping[str, Sequence[str]]) -> None:
        both = sorted((_backwards(path.split("/")), path) for path in paths)
        self._ends, self._keys = [end for end, _ in both], [paths[path] for _, path in both]

    def ending_in(self, parts: Sequence[str]) -> list[str]:
        """Return the keys of the paths that end in these parts, sorted: all, or more than _MOST_ALIKE of them."""
        start = _backwards(parts)
        low, high = bisect_left(self._ends, start), bisect_left(self._ends, start + _LAST)
        return sorted(key for keys in self._keys[low : min(high, low + _MOST_ALIKE + 1)] for key in keys)


def _backwards(parts: Sequence[str]) -> str:
    return "/".join(reversed(parts)) + "/"


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, key in pairs:
        found[name].append(key)
    return dict(found)


def _first(known: Mapping[str, list[str]], names: Iterable[str]) -> list[str]:
    return next((known[name] for name in names if name in known), [])
