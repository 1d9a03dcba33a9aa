"""The tables in the README, replaced between their markers."""

import re
from collections.abc import Mapping

_BLOCK = "<!-- benchmark:{name} -->"
_END = "<!-- /benchmark -->"


def marked(name: str, block: str) -> str:
    """Return a block between its markers, as the README holds it."""
    return f"{_BLOCK.format(name=name)}\n{block.strip()}\n{_END}"


def replace_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """Return the text with the block of each name replaced; the rest stays as it is, to the last character.

    Raises a ValueError for a name without exactly one start marker, or without an end before the next start.

    >>> print(replace_blocks("<!-- benchmark:a -->old<!-- /benchmark -->!", {"a": "new"}))
    <!-- benchmark:a -->
    new
    <!-- /benchmark -->!
    """
    for name, block in blocks.items():
        start = _BLOCK.format(name=name)
        if text.count(start) != 1:
            raise ValueError(f"Expected {start} once, but it is there {text.count(start)} times.")
        pattern = re.escape(start) + r"(?:(?!<!-- benchmark:).)*?" + re.escape(_END)
        found = re.search(pattern, text, flags=re.DOTALL)
        if not found:
            raise ValueError(f"There is no {_END} after {start}.")
        text = text[: found.start()] + marked(name, block) + text[found.end() :]
    return text
