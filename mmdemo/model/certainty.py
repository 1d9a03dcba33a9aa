"""How certain one answer is: its own calibrated probability, in words."""

import math

SURE = 0.9
"""An answer of at least this calibrated probability is called sure: 9 of 10 such answers are right."""


def percent(probability: float) -> str:
    """Return a probability (0–1) in whole percent, rounded down: what is not sure is never shown as 90 %.

    >>> percent(0.8999), percent(0.9)
    ('89%', '90%')
    """
    return f"{math.floor(100 * probability + 1e-9)}%"


def certainty(probability: float) -> str:
    """Return how many answers of this calibrated probability (0–1) are right, rounded down.

    >>> certainty(0.97), certainty(0.3)
    ('9 of 10 such answers are right', 'fewer than 5 of 10 such answers are right')
    """
    if probability < 0.5:
        return "fewer than 5 of 10 such answers are right"
    share = "99 of 100" if probability >= 0.99 else f"{math.floor(10 * probability)} of 10"
    return f"{share} such answers are right"
