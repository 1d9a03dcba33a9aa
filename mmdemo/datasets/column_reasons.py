"""Why a column seems to be what it is guessed to be, for a person to read."""

from collections.abc import Callable, Mapping

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.columns import Column
from mmdemo.datasets.wording import shown


def reason(role: str, column: Column) -> str:
    """Return why a column is taken for a modality, the label or the group."""
    return f"{shown(column.name)}: {_REASONS.get(role, _named)(column)}"


def _images(column: Column) -> str:
    what = "name an image here" if column.files else "look like names or addresses of images"
    return f"{column.files or column.addresses:,} of {column.filled:,} cells {what}."


def _captions(column: Column) -> str:
    return f"{_words(column.words)} on average; {column.share(column.different):.0%} of the cells differ."


def _words(count: float) -> str:
    return "1 word" if round(count) == 1 else f"{count:.0f} words"


def _labels(column: Column) -> str:
    return f"{column.different:,} value{'s' if column.different != 1 else ''} that repeat."


def _groups(column: Column) -> str:
    return f"{column.different:,} values in {column.filled:,} rows; rows of one value stay together."


def _named(column: Column) -> str:
    return "it is called so."


_REASONS: Mapping[str, Callable[[Column], str]] = {
    "image": _images,
    "text": _captions,
    LABEL: _labels,
    GROUP: _groups,
}
