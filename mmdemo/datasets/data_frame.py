"""Check the pairs of a data frame and bring them into the shape of a dataset."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.text import MAX_CHARACTERS

_SHOWN = 5  # rows listed in a message; the rest are counted


def checked_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with the columns of modalities, `label` and `group` alone, and unique row ids (str).

    Paths of images become absolute. The index gives the ids if it is unique, else the rows are numbered from 0.
    Raises a DatasetError that says what is wrong and names the rows.
    """
    known = [name for name in MODALITIES if name in getattr(frame, "columns", MODALITIES)]
    check_columns(frame, [*(known or MODALITIES), "label"])
    if frame.empty:
        raise DatasetError("The data frame has no rows.")
    cells = {name: frame[name].to_numpy(object) for name in (*known, "label")}
    checked = pd.DataFrame(cells, index=_ids(frame.index), dtype=object)  # pandas' own str cannot hold what is refused
    for name in checked.columns:
        _refuse(checked[name], is_absent, f"is missing; {row_needs(known)}")
    for name in checked.columns:
        for is_wrong, what in _CHECKS.get(name, ()):
            _refuse(checked[name], is_wrong, what)
    if "group" in frame.columns:
        check_columns(frame, ["group"])
        checked["group"] = ["" if is_absent(value) else str(value).strip() for value in frame["group"]]
    made = {name: [_MADE[name](value) for value in checked[name]] for name in known if name in _MADE}
    return checked.infer_objects().assign(**made)


def row_needs(modalities: Sequence[str]) -> str:
    """Return what each row needs, for a message.

    >>> row_needs(["image", "text"])
    'each row needs an image, a text and a label'
    """
    nouns = [f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in modalities]
    return f"each row needs {', '.join(nouns)} and a label"


def check_columns(frame: Any, columns: Sequence[str]) -> None:
    """Raise a DatasetError unless this is a data frame with each of the columns exactly once."""
    if not isinstance(frame, pd.DataFrame):
        raise DatasetError(
            f"Got {type(frame).__name__} but expected a pandas DataFrame with the columns {', '.join(columns)}."
        )
    names = list(frame.columns)
    if missing := [repr(name) for name in columns if name not in names]:
        raise DatasetError(
            f"The data frame lacks the column {' and '.join(missing)}; its columns are "
            f"{', '.join(map(repr, names)) or 'none'}."
        )
    if twice := [name for name in columns if names.count(name) > 1]:
        raise DatasetError(f"The data frame has the column {twice[0]!r} more than once; keep one.")


def _ids(index: pd.Index) -> list[str]:
    ids = [str(row) for row in index]
    return ids if len(set(ids)) == len(ids) else [str(place) for place in range(len(ids))]


def _refuse(values: pd.Series, is_wrong: Callable[[Any], bool], what: str) -> None:
    wrong = [str(row) for row, value in values.items() if is_wrong(value)]
    if not wrong:
        return
    value = " ".join(repr(values[wrong[0]]).split())
    shown = value if len(value) <= 60 else f"{value[:59]}…"
    more = f" The same applies to {len(wrong) - 1:,} more: {', '.join(wrong[1:_SHOWN])}"
    more = f"{more} and others." if len(wrong) > _SHOWN else f"{more}."
    raise DatasetError(f"The {values.name} of row {wrong[0]!r}, {shown}, {what}.{more if len(wrong) > 1 else ''}")


def is_absent(value: Any) -> bool:
    """Return whether a cell holds nothing: None, NaN, NA or NaT; an array of such is something."""
    return value is None or bool(pd.api.types.is_scalar(value) and pd.isna(value))


def modalities_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of the modalities that a frame has columns of, in the registry's order."""
    return tuple(name for name in MODALITIES if name in frame.columns)


def values_of(frame: pd.DataFrame, column: str) -> list[Any]:
    """Return a column's cells, None in the place of empty ones."""
    cells = frame[column].tolist()
    return [None if is_absent(value) or (isinstance(value, str) and not value) else value for value in cells]


def _is_no_unicode(value: Any) -> bool:
    try:
        os.fsdecode(value).encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_no_path(value: Any) -> bool:
    return not isinstance(value, str | os.PathLike)


def _is_no_file(value: Any) -> bool:
    try:
        return not os.path.isfile(value)
    except ValueError:  # a NUL in its name
        return True


def _is_no_text(value: Any) -> bool:
    return not isinstance(value, str)


def _is_long(value: str) -> bool:
    return len(value) > MAX_CHARACTERS


def _is_no_label(value: str) -> bool:
    return not value.strip() or not value.isprintable()


def _not_text(column: str) -> tuple[Callable[[Any], bool], str]:
    return _is_no_text, f"is not text (str); try frame[{column!r}].astype(str)"


_HALF = (_is_no_unicode, "holds half a character (a lone surrogate), which no file can hold")
_CHECKS: dict[str, Sequence[tuple[Callable[[Any], bool], str]]] = {
    "image": ((_is_no_path, "is not a path (str or Path)"), (_is_no_file, "is not an existing file"), _HALF),
    "text": (_not_text("text"), _HALF, (_is_long, f"has more than {MAX_CHARACTERS:,} characters")),
    "label": (_not_text("label"), (_is_no_label, "is empty, or has a line break or another control character")),
}
"""Column → what is wrong with a cell, and how that is said; columns of other modalities hold any value."""
_MADE: dict[str, Callable[[Any], Any]] = {"image": lambda path: os.path.abspath(os.fsdecode(path))}
"""Column → what a cell becomes."""
