"""In which encoding the names of files are, where no flag says so: what a table's cells say, else a guess."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from mmdemo.datasets.files.cell_path import ways_to_read
from mmdemo.datasets.files.encodings import ENCODINGS, likelihood
from mmdemo.datasets.files.folding import folded, stem
from mmdemo.datasets.files.member import tidied

_MOST_NAMES, _MOST_CELLS, _LONGEST = 2_000, 100_000, 300  # that are compared; characters of a cell

_FAR = 6.0  # as 猫 in GB18030 is è in UTF-8, too


def named(names: Sequence[str | bytes]) -> list[str]:
    """Return names as text: of those given as bytes, in the encoding that all of them together are most likely in."""
    stored = [name for name in names if isinstance(name, bytes)]
    encoding = _likeliest(stored[:_MOST_NAMES])
    return [name if isinstance(name, str) else decoded(name, encoding) for name in names]


def spelled(stored: Mapping[str, bytes], cells: Iterable[str]) -> Mapping[str, str]:
    """Return name → how it is spelled in the encoding in which most of the cells name a file; {} if no cell does.

    stored: name → its bytes.
    """
    if not stored:
        return {}
    wanted = {part for cell in islice(_foreign(cells), _MOST_CELLS) for part in _parts(ways_to_read(cell)[-1])}
    sample = list(islice(stored.values(), _MOST_NAMES))
    votes = {encoding: len(wanted & _all_parts(sample, encoding)) for encoding in ENCODINGS}
    best = max(votes, key=lambda encoding: votes[encoding])  # the most common of equals
    return {name: decoded(bytes_, best) for name, bytes_ in stored.items()} if votes[best] else {}


def decoded(name: bytes, encoding: str) -> str:
    """Return a name in an encoding; in UTF-8 where that is far likelier; else as the standard of zips has it."""
    better = likelihood(name, "utf-8") > likelihood(name, encoding) + _FAR
    for tried in ("utf-8", encoding) if better else (encoding, "utf-8"):
        with suppress(UnicodeDecodeError):
            return tidied(name.decode(tried))
    return tidied(name.decode("cp437"))


def _likeliest(names: Sequence[bytes]) -> str:
    return max(ENCODINGS, key=lambda encoding: sum(likelihood(name, encoding) for name in names))


def _foreign(cells: Iterable[str]) -> Iterable[str]:
    return (cell for cell in cells if len(cell) <= _LONGEST and not cell.isascii() and cell.strip())


def _parts(path: str) -> list[str]:
    return [part for part in stem(folded(path)).split("/") if not part.isascii()]


def _all_parts(names: Iterable[bytes], encoding: str) -> set[str]:
    return {part for name in names for part in _parts(decoded(name, encoding))}
