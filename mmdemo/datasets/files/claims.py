"""Whose a file is that cells with different paths mean."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mmdemo.datasets.files.cell_path import parts, ways_to_read
from mmdemo.datasets.files.folding import folded, number, stem
from mmdemo.datasets.wording import shown

Path = Sequence[str]
"""Folders and a name, folded."""


def disputed(claims: Mapping[str, str], spelled: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the cells that mean no file after all → why, and what to do.

    claims: cell → the name of the file that it means by itself. spelled: name → its path.
    A file that one cell names by its own path is not lent to a cell with another; where none does, and the paths of the
    cells differ, it is nobody's: nothing says which of them was brought.

    >>> why = disputed({"2023/a.png": "2023/a.png", "2024/a.png": "2023/a.png", "A.png": "2023/a.png"}, {})
    >>> {cell: reason for cell, (reason, remedy) in why.items()}
    {'2024/a.png': "names '2024/a.png', which is not there (there is '2023/a.png')"}
    """
    cells: dict[str, list[str]] = defaultdict(list)
    for cell, name in claims.items():
        cells[name].append(cell)
    found: dict[str, tuple[str, str]] = {}
    for name, named in cells.items():
        if len(named) > 1:
            found |= _disputed(named, spelled.get(name, name))
    return found


def _disputed(cells: Sequence[str], name: str) -> dict[str, tuple[str, str]]:
    """Return those of the cells that all mean one file whose it is not; name: its path."""
    file, paths = _path(name), {cell: _path(cell) for cell in cells}
    if any(_ends_in(file, path) for path in paths.values()):
        there = f"which is not there (there is {shown(name)})"
        others = [cell for cell, path in paths.items() if not _is_at(path, file)]
        return {cell: (f"names {shown(cell)}, {there}", "correct the name or add the file") for cell in others}
    longest = max(cells, key=lambda cell: len(paths[cell]))
    other = next((cell for cell in cells if not _ends_in(paths[longest], paths[cell])), None)
    if other is None:
        return {}
    beside = {cell: shown(longest if cell == other else other) for cell in cells}
    return {
        cell: (
            f"names {shown(cell)}, while another row names {named}, and there is only {shown(name)}",
            "add both, each in its folder",
        )
        for cell, named in beside.items()
    }


def _path(written: str) -> Path:
    ways = ways_to_read(written)
    return folded("/".join(part for part in parts(ways[-1]) if part != "..")).split("/") if ways else [""]


def _is_at(path: Path, file: Path) -> bool:
    """Return whether a path leads to the file: as far as it goes, or through its folder from another computer's top."""
    return _ends_in(file, path) or (len(file) > 1 and _ends_in(path, file))


def _ends_in(path: Path, end: Path) -> bool:
    """Return whether a path ends in another: the ending of an image may be missing in one, and a number's zeros."""
    if len(end) > len(path) or list(path[len(path) - len(end) : -1]) != list(end[:-1]):
        return False
    one, other = path[-1], end[-1]
    if one == other or stem(one) == other or one == stem(other):
        return True
    return number(stem(one)) == number(stem(other)) != ""
