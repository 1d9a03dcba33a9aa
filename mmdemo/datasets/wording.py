"""How messages name rows, columns and cells, however many or long they are."""

from collections.abc import Sequence

from mmdemo.preprocess.shortened import shortened

_SHOWN = 5  # rows or names listed in a message; the rest are counted


def listed(items: Sequence[str]) -> str:
    """Return the first few items with commas, and how many more there are.

    >>> listed(["2", "3"]), listed([str(number) for number in range(9)])
    ('2, 3', '0, 1, 2, 3, 4 and 4 more')
    """
    more = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def shown(cell: str) -> str:
    r"""Return a cell, or the name of a file, for a message: between quotes, on one line, and not too long.

    >>> shown("two\nlines"), shown("x" * 99)[70:], shown("\0" * 99)[70:]
    ("'two\\nlines'", "xxxxxxxxxx…'", "����������…'")
    """
    short = shortened(cell)
    written = repr(short)
    if len(written) <= 2 * len(short) + 2:
        return written
    return repr("".join(character if character.isprintable() else "�" for character in short))


def rows_listed(numbers: Sequence[int]) -> str:
    """Return `row 2` or `rows 2, 5 and 7 more`."""
    return f"row{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in numbers])}"


def columns_listed(header: Sequence[str]) -> str:
    """Return `its columns are …` for a message."""
    return f"its columns are {listed(list(map(shown, header)))}" if any(header) else "its first row is empty"
