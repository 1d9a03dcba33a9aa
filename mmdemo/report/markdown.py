"""Text that somebody else wrote, made safe to stand in Markdown."""

import re

# Signs that would start something: code, emphasis, a link, a table's column, HTML, a formula; of `:`, `&` and `.` only
# where they could be part of an icon, an entity or an address, so that the text stays readable in an editor.
_SIGNS = re.compile(r"([\\`*_\[\]|~<>$@]|:(?=\S)|&(?=[\w#])|(?<=www)\.)", re.IGNORECASE)


def plain(text: str) -> str:
    r"""Return the text on one line and with Markdown's signs escaped, to be shown as it is within a line.

    >>> print(plain("a|b\n<b>"))
    a\|b \<b\>
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def table(titles: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; the first column stands left, the others right. The cells are Markdown already."""
    rule = ["---", *["---:"] * (len(titles) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rule, *rows])
