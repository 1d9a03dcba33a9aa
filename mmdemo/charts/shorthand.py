"""Encodings of a column as Altair's users write them."""

from typing import Any

Spec = dict[str, Any]
"""A specification in the grammar of Vega-Lite, or a part of one."""

_TYPES = {"N": "nominal", "Q": "quantitative"}
_SECONDARY = ("x2", "y2")  # channels that have the types of x and y


def typed(shorthand: str) -> Spec:
    """Return the encoding of a column from its name and type.

    >>> typed("label:N")
    {'field': 'label', 'type': 'nominal'}
    """
    column, _, kind = shorthand.rpartition(":")
    return {"field": column, "type": _TYPES[kind]}


def encoding(channel: str, shorthand: str) -> Spec:
    """Return the encoding of a column by a channel, such as "x"."""
    found = typed(shorthand)
    return {"field": found["field"]} if channel in _SECONDARY else found
