"""How a modality's values are prepared before an encoder sees them: single operations, and what to call them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mmdemo.encoders.encoder import Encoder


def _as_it_is(encoder: Encoder | None, value: Any, settings: Any) -> Any:
    return value


@dataclass(frozen=True)
class Preparation:
    """The preparation of a modality's values; by default there is none.

    operations: title → settings of a single operation, to compare them.
    apply: function of (the model's encoder or None, value, settings) to the value as it is handed to the model.
    phrases: function of settings to what they change at once, such as "turning the image …".
    """

    operations: Mapping[str, Any] = field(default_factory=dict)
    apply: Callable[[Encoder | None, Any, Any], Any] = _as_it_is
    phrases: Callable[[Any], list[str]] = lambda settings: []
