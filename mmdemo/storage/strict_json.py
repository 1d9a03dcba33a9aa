"""Read JSON that somebody else may have written: numbers are finite and short, and no key stands twice."""

import json
import math
from typing import Any

_MOST_DIGITS = 18  # of a whole number: what 64 bits hold


def read_json(data: bytes) -> Any:
    """Return what a JSON document holds; raise a ValueError where it is none, or not strict.

    >>> read_json(b'{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    try:
        return json.loads(
            data, parse_constant=_constant, parse_int=_whole, parse_float=_real, object_pairs_hook=_object
        )
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _constant(written: str) -> float:
    raise ValueError(f"{written} is not a number")


def _whole(written: str) -> int:
    if len(written) > _MOST_DIGITS:
        raise ValueError(f"it holds a number of {len(written)} digits")
    return int(written)


def _real(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("it holds a number that is too large")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it holds a key twice")
    return found
