"""Which of many units of a value are drawn: those that say most, and what is said of the others."""

import numpy as np

MOST = 200
"""Units of a value that are drawn, at most: a caption may have ten thousand words."""


def strongest(parts: np.ndarray, most: int = MOST) -> np.ndarray:
    """Return the places of the parts (u,) farthest from 0, at most `most`, in their own order, int (≤ most,).

    >>> strongest(np.array([0.1, -3.0, 0.0, 2.0]), most=2).tolist()
    [1, 3]
    """
    return np.sort(np.argsort(-np.abs(parts), kind="stable")[:most])


def others(parts: np.ndarray, nouns: str, most: int = MOST) -> str:
    """Return a sentence on the parts (u,) that are not among the strongest, or nothing if all are.

    >>> others(np.array([0.1, -3.0, 0.5, 2.0]), "words", most=2)
    'Of 4 words, the 2 that count most are shown; the other 2 add up to +0.60.'
    """
    if len(parts) <= most:
        return ""
    rest = float(parts.sum() - parts[strongest(parts, most)].sum())
    return (
        f"Of {len(parts):,} {nouns}, the {most:,} that count most are shown; the other {len(parts) - most:,} add up to "
        f"{rest:+.2f}.".replace("-", "−")
    )
