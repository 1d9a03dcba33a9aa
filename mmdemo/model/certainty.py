"""How certain one answer is: its own calibrated probability, in words."""

import math
from bisect import bisect_right

SURE = 0.9
"""An answer of at least this calibrated probability is called sure: 9 of 10 such answers are right."""

LEVELS = (0.0, 0.5, 0.6, 0.7, 0.8, SURE, 0.99)
"""Probabilities (0–1) from each of which an answer has other words beside it."""


def percent(probability: float, decimals: int = 0) -> str:
    """Return a probability (0–1) in percent, rounded down: what is not sure is never shown as 90 %.

    >>> percent(0.8999), percent(0.9), percent(0.8999, 1)
    ('89%', '90%', '89.9%')
    """
    return f"{rounded_down(100 * probability, decimals):.{decimals}f}%"


def rounded_down(number: float, decimals: int) -> float:
    """Return a number with so many decimals, the one rounding of probabilities wherever they are shown.

    >>> rounded_down(0.8999999, 6), rounded_down(0.29, 2)
    (0.899999, 0.29)
    """
    return math.floor(10**decimals * number + 1e-7) / 10**decimals


def certainty(probability: float) -> str:
    """Return how many answers of this calibrated probability (0–1) are right, rounded down.

    >>> certainty(0.97), certainty(0.3)
    ('9 of 10 such answers are right', 'fewer than 5 of 10 such answers are right')
    """
    least = LEVELS[bisect_right(LEVELS, probability) - 1]
    if not least:
        return "fewer than 5 of 10 such answers are right"
    share = "99 of 100" if least > SURE else f"{round(10 * least)} of 10"
    return f"{share} such answers are right"
