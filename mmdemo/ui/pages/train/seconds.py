"""Seconds as a person would say them."""


def about(seconds: float) -> str:
    """Return a duration, roughly.

    >>> about(4.6), about(43), about(200), about(0.2)
    ('about 5 s', 'about 45 s', 'about 3 min', 'about 1 s')
    """
    if seconds < 20:
        return f"about {max(1, round(seconds))} s"
    return f"about {5 * round(seconds / 5)} s" if seconds < 120 else f"about {seconds / 60:.0f} min"
