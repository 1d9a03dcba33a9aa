"""Make foreign text safe for Markdown."""

import re

# Characters that start something: code, emphasis, a link, a table's column, HTML, a formula; `:`, `&` and `.` only
# where they could be part of an icon, an entity or an address, so that the text stays readable in an editor.
_SIGNS = re.compile(r"([\\`*_\[\]|~<>$@]|:(?=\S)|&(?=[\w#])|(?<=www)\.)", re.IGNORECASE)


def plain(text: str) -> str:
    r"""Return the text on one line with Markdown's characters escaped, to show as it is within a line.

    >>> print(plain("a|b\n<b>"))
    a\|b \<b\>
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def table(titles: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; the first column is aligned left, the others right. The cells are already Markdown."""
    rule = ["---", *["---:"] * (len(titles) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rule, *rows])
