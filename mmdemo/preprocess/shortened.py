"""Shorten what is only named, such as a word of ten thousand letters."""


def shortened(text: str, most: int = 80) -> str:
    """Return a text with at most `most` characters; an ellipsis stands for the rest.

    >>> shortened("a red car", most=6)
    'a red…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"
