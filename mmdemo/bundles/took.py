"""How long a training took, in words that say the same thing wherever they stand."""

from collections.abc import Mapping
from typing import Any

_LITTLE = 0.5  # seconds that features kept from before have saved and that nobody need hear of


def took(manifest: Mapping[str, Any]) -> str:
    """Return how long the training of a model took, as its manifest says, and what it would have taken from nothing.

    Features kept from an earlier run save most of the time, so a time says little without them.

    >>> took({"seconds": {"total": 10.94}, "saved_seconds": 0})
    '10.9 s'
    >>> took({"seconds": {"total": 4.8}, "saved_seconds": 6.1})
    '4.8 s, with features kept from before; about 11 s from nothing'
    """
    total, saved = (manifest.get("seconds") or {}).get("total"), manifest.get("saved_seconds")
    if total is None:
        return "an unknown time"
    if saved is None:  # a model of an earlier version
        return f"{total:.1f} s, perhaps with features kept from before"
    if saved < _LITTLE:
        return f"{total:.1f} s"
    return f"{total:.1f} s, with features kept from before; about {total + saved:.0f} s from nothing"
