"""What programs and people write where there is nothing."""

_NOTHING = frozenset(
    ("", "-", "--", "---", "–", "—", ".", "?", "n/a", "#n/a", "na", "n.a.", "nan", "nat", "none", "null", "nil", "<na>")
)


def is_placeholder(cell: str) -> bool:
    """Return whether a cell probably means that there is nothing.

    >>> is_placeholder("N/A"), is_placeholder("NaN"), is_placeholder("Nancy")
    (True, True, False)
    """
    return cell.strip().casefold() in _NOTHING
