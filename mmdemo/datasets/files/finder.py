"""Find the file that a table's cell means."""

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mmdemo.datasets.files.cell_path import is_address, parts, ways_to_read
from mmdemo.datasets.files.claims import disputed
from mmdemo.datasets.files.folding import is_image, names_several
from mmdemo.datasets.files.index import Index
from mmdemo.datasets.files.nearest import Nearest
from mmdemo.datasets.files.spelling import spelled
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.wording import shown

_LONGEST = 4096  # characters of a path
_DOCUMENTS = frozenset(
    (".txt", ".caption", ".pdf", ".csv", ".tsv", ".xls", ".xlsx", ".ods", ".doc", ".docx", ".ppt", ".pptx", ".json")
    + (".xml", ".html", ".htm", ".zip", ".rar", ".7z", ".mp4", ".mov", ".avi", ".mp3", ".wav")
)
_DOWNLOAD = "download the images first, and write the names of their files here"


@dataclass(frozen=True)
class Found:
    """The file that a cell means.

    name: in its tree, None where there is no such file, or not only one. reason, remedy: why, and what to do, as in
    `LeftOut`; both "" where there is a file.
    """

    name: str | None
    reason: str = ""
    remedy: str = ""


class FileFinder:
    r"""Find the files that the cells of a table name: never another than those given, whatever a cell says.

    names: of all files. folder: where the table lies. hidden: names that only their path means. spelled: name → how it
    is spelled, of those whose encoding was a guess.

    A cell means the only file at its path from the table, else from the top; else the same without regard to case and
    to the form of letters; else with another ending of an image; else the file that shares the most last parts with it,
    unless a folder that it names is there and lacks the file; else, where it is a number, the file of that number with
    zeros before it, which spreadsheets drop. Of several cells with different paths that so mean one file, those mean it
    that say where it is, or none.

    >>> finder = FileFinder(["pets/a.png", "pets/b.JPG"])
    >>> finder.find(r"C:\me\A.png").name, finder.find("pets/b.jpg").name, finder.find("c.gif").reason
    ('pets/a.png', 'pets/b.JPG', "names 'c.gif', which is not there")
    """

    def __init__(
        self,
        names: Iterable[str],
        folder: str = "",
        hidden: Iterable[str] = (),
        spelled: Mapping[str, str] | None = None,
    ) -> None:
        known = self._spelled = spelled or {}
        self._names, self._folder = sorted(names), folder
        self._shown = Index({name: known.get(name, name) for name in self._names})
        self._hidden = Index({name: known.get(name, name) for name in hidden})

    @classmethod
    def of(cls, tree: FileTree, folder: str, cells: Iterable[str]) -> "FileFinder":
        """Return a finder of a tree's files, for a table in one of its folders.

        cells: of the table; those that name files say in which encoding the tree's names are, where it is a guess.
        """
        known = spelled(tree.stored, cells)
        folders = {posixpath.dirname(name): posixpath.dirname(found) for name, found in known.items()}
        return cls(tree.names, folders.get(folder, folder), tree.hidden, known)

    def find_all(self, cells: Iterable[str]) -> dict[str, Found]:
        """Return cell → the file that it means beside the others, or why there is none."""
        found = {cell: self.find(cell) for cell in dict.fromkeys(cells)}
        claims = {cell: one.name for cell, one in found.items() if one.name is not None}
        return found | {cell: Found(None, *why) for cell, why in disputed(claims, self._spelled).items()}

    def find(self, cell: str) -> Found:
        """Return the file that a cell means by itself, or why there is none."""
        if not cell.strip():
            return Found(None, "names no image", "write the name of its file")
        if is_address(cell):
            return Found(None, f"names {shown(cell)}, which is a web address", _DOWNLOAD)
        ways = ways_to_read(cell) if len(cell) <= _LONGEST else ()
        found = self._at(ways)
        if not found and names_several(cell[:_LONGEST]):
            return Found(None, f"names several images, {shown(cell)}", "name one, and the others in rows of their own")
        found = found or self._alike(ways)
        if len(found) > 1:
            first, second = map(shown, found[:2])
            several = f"{first} or {second}" if len(found) == 2 else f"{first}, {second} or others"
            return Found(None, f"names {shown(cell)}, which could be {several}", "write its folder too")
        if not found:
            return self._missing(cell, ways)
        if os.path.splitext(found[0])[1].lower() in _DOCUMENTS:
            return Found(None, f"names {shown(found[0])}, which is not an image", "name the file of its image")
        return Found(found[0])

    def _at(self, ways: Sequence[str]) -> list[str]:
        """Return the files that are where a cell says; sorted."""
        paths = [path for way in ways for path in self._paths(way)]
        both = (index.at(paths) or index.ending(paths) for index in (self._shown, self._hidden))
        return next(filter(None, both), [])

    def _alike(self, ways: Sequence[str]) -> list[str]:
        """Return the files elsewhere that a cell may mean by the first rule that finds any; sorted."""
        tails = ["/".join(part for part in parts(way) if part != "..") for way in ways]
        both = ((index, tail) for index in (self._shown, self._hidden) for tail in tails if tail)
        found = next((found for index, tail in both if (found := index.named(tail))), [])
        return found or self._shown.numbered(ways[-1] if ways else "")

    def _paths(self, way: str) -> list[str]:
        """Return a path from the table, and from the top, where they stay in the data."""
        both = [parts(f"{self._folder}/{way}"), parts(way)] if not way.startswith("/") else [parts(way)]
        return ["/".join(path) for path in both if path and path[0] != ".."]

    def _missing(self, cell: str, ways: tuple[str, ...]) -> Found:
        leads_out = ways and parts(f"{self._folder}/{ways[-1]}")[:1] == ("..",)
        what = "which leads out of the data" if leads_out else "which is not there"
        near = self._nearest.to(ways[-1]) if ways else ""
        there = f" (there is {shown(near)})" if near else ""
        return Found(None, f"names {shown(cell)}, {what}{there}", "correct the name or add the file")

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(name for name in self._names if is_image(name))

