"""The options of the sources that a visitor may set, in a link or on the Data page."""

from collections.abc import Mapping

PAIRS, AMBIGUOUS, COVERED, LANGUAGE = "n", "q_text", "q_image", "captions"

OFFERED: Mapping[str, Mapping[str, type[str] | type[int] | type[float]]] = {
    "homonyms": {PAIRS: int, AMBIGUOUS: float, COVERED: float},
    "stamps": {LANGUAGE: str},
}
"""Source → option → type."""
