"""Which column of a table is what: a guess with its reasons, for a person to confirm or change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.column_names import rank, suggests
from mmdemo.datasets.column_reasons import reason
from mmdemo.datasets.columns import Column
from mmdemo.datasets.rare_classes import FEWEST
from mmdemo.modalities.registry import MODALITIES

_REPEATS = 2  # rows a value, on average, in a column of labels
_MOST_CLASSES = 200  # in a column that is not named as labels are
_MOST_NUMBERS = 20  # that are classes
_LABEL_WORDS = 3  # on average; longer ones are rather captions that repeat
_LONGEST_LABEL = 60  # letters, on average
_MOST_TOGETHER = 10  # rows a value, on average, in a column of groups


@dataclass(frozen=True)
class Understanding:
    """A guess: the mapping, role → why, and the columns whose words could be joined to the caption's."""

    mapping: ColumnMapping
    reasons: Mapping[str, str] = field(default_factory=dict)
    joinable: tuple[str, ...] = ()


def understand(columns: Sequence[Column], plain: bool = False) -> Understanding:
    """Return which column is what, with a reason for each.

    What stands in the cells decides before what a column is called. plain: columns with the very names of the
    modalities and `label` are what they are called, as in a data.csv.

    >>> file = Column("File", 9, 9, files=8, addresses=9, numbers=0, codes=9, different=9, words=1, letters=5)
    >>> kind = Column("Kind", 9, 9, files=0, addresses=0, numbers=0, codes=0, different=2, words=1, letters=3)
    >>> understand([file, kind]).reasons["image"]
    "'File': 8 of 9 cells name an image here."
    """
    found = _exact(columns) if plain else {}
    if not found.keys() & MODALITIES.keys():
        found = {}
    roles = [*sorted((*MODALITIES, LABEL), key="text".__eq__), *([] if found else [GROUP])]  # captions last
    left = [column for column in columns if column not in found.values()]
    for role in roles:
        score = _SCORES.get(role, _by_name)
        best = max(left, key=lambda column: score(column, role), default=None)
        if role not in found and best is not None and score(best, role) > 0:
            found[role] = best
            left.remove(best)
    if GROUP in roles and GROUP in found and _is_too_coarse(found):
        left.append(found.pop(GROUP))
    likely = [column for column in left if _may_be_label(column)]
    if LABEL not in found and len(likely) == 1 and all(_of_text(one, "text") for one in left if one is not likely[0]):
        found[LABEL] = likely[0]
        left.remove(likely[0])
    return _understanding(found, left)


def _may_be_label(column: Column) -> bool:
    """Return whether a column may hold labels, though nothing but its few values says so: numbers, or yes and no."""
    return _repeats(column) and 1 < column.different <= _MOST_NUMBERS


def _is_too_coarse(found: Mapping[str, Column]) -> bool:
    """Return whether a group, kept together, would leave the classes too few different pairs."""
    classes = found[LABEL].different if LABEL in found else 2
    return found[GROUP].different < FEWEST * classes


def _understanding(found: Mapping[str, Column], left: Sequence[Column]) -> Understanding:
    names = {role: column.name for role, column in found.items()}
    mapping = ColumnMapping(
        columns={name: (names[name],) if name in names else () for name in MODALITIES},
        label=names.get(LABEL, ""),
        group=names.get(GROUP, ""),
    )
    reasons = {role: reason(role, column) for role, column in found.items()}
    joinable = tuple(column.name for column in left if "text" in MODALITIES and _of_text(column, "text") > 0)
    return Understanding(mapping, reasons, joinable)


def _exact(columns: Sequence[Column]) -> dict[str, Column]:
    roles = (*MODALITIES, LABEL, GROUP)
    return {role: column for column in reversed(columns) for role in roles if column.name.casefold() == role}


def _of_image(column: Column, role: str) -> float:
    here, looks = column.share(column.files), column.share(column.addresses)
    numbers = column.are_numbers and _repeats(column) and not suggests(column.name, role)  # 3.png for a 3 is no sign
    if max(here, looks) < 0.5 or numbers:
        return 0.0
    return 2 * here + looks + suggests(column.name, role) + 0.1 * column.filled / max(1, column.rows)


def _of_label(column: Column, role: str) -> float:
    named = suggests(column.name, role)
    elsewhere = max(suggests(column.name, other) for other in (*MODALITIES, GROUP))
    odd = column.share(column.addresses) > 0.5 and not column.are_numbers
    if not column.filled or odd or column.letters > _LONGEST_LABEL:
        return 0.0
    repeats = _repeats(column)
    if not repeats and (named < 1 or column.different > 0.9 * column.filled > 9):
        return 0.0
    numbers = column.are_numbers
    if not named and (not 1 < column.different <= _MOST_CLASSES or elsewhere or numbers):
        return 0.0
    filled = column.filled / column.rows
    long = 0.1 * max(0.0, column.words - _LABEL_WORDS)
    return 3 * named + repeats + filled - numbers - 2 * elsewhere * (not named) - long - 0.01 / column.different


def _repeats(column: Column) -> bool:
    """Return whether each value stands in two rows or more, on average."""
    return 0 < column.different * _REPEATS <= column.filled


def _of_text(column: Column, role: str) -> float:
    named, different = suggests(column.name, role), column.share(column.different)
    odd = max(column.share(count) for count in (column.numbers, column.codes, column.addresses))
    if not column.filled or odd > 0.5 or (named < 1 and (column.words < 1.5 or different < 0.2)):
        return 0.0
    return named * (2 - 0.02 * rank(column.name, role)) + min(column.words, 4) / 4 + different


def _of_group(column: Column, role: str) -> float:
    together = column.filled / max(1, column.different)
    return suggests(column.name, role) if 1 < together <= _MOST_TOGETHER and column.different > 1 else 0.0


def _by_name(column: Column, role: str) -> float:
    return suggests(column.name, role)


_SCORES: Mapping[str, Callable[[Column, str], float]] = {
    "image": _of_image,
    LABEL: _of_label,
    "text": _of_text,
    GROUP: _of_group,
}
"""Role → how well (above 0) a column fits it; other modalities are found by name."""
