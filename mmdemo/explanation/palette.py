"""What supports a class and what counts against it, in the same two colours everywhere."""

FOR, AGAINST = "#2a78d6", "#e06c00"  # blue and orange: distinguishable to colour-blind readers
NEUTRAL = "#7d8799"
_FAINT, _FULL = 0.08, 0.5  # opacity of a word that adds nothing, and how much the strongest one adds to that


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0–255) of a colour such as "#2a78d6".

    >>> rgb("#2a78d6")
    (42, 120, 214)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def tint(part: float, strongest: float) -> str:
    """Return the CSS colour behind a word: blue where its part supports the class, orange where it counts against it.

    strongest: the largest part of all words, without its sign; it has the fullest colour.

    >>> tint(-1.0, strongest=2.0)
    'rgba(224, 108, 0, 0.33)'
    """
    red, green, blue = rgb(FOR if part >= 0 else AGAINST)
    return f"rgba({red}, {green}, {blue}, {_FAINT + _FULL * abs(part) / (strongest or 1.0):.2f})"
