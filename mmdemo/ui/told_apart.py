"""Names in a choice, no two alike: Streamlit takes the first option of two that read the same."""

from collections.abc import Iterable


def told_apart(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return id → name, with a number behind a name that one before it has; named: ids and names.

    >>> told_apart([("a", "shop"), ("b", "shop"), ("c", "zoo")])
    {'a': 'shop', 'b': 'shop (2)', 'c': 'zoo'}
    """
    taken: dict[str, int] = {}
    names = {}
    for one, name in named:
        taken[name] = taken.get(name, 0) + 1
        names[one] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return names
