"""Tables that may be wider than the screen: the focus reaches them, so that a keyboard scrolls them, too."""

import html
import re
from collections.abc import Sequence

import streamlit as st

from mmdemo.ui.as_written import parted

_TABLE = re.compile(r"((?:^\|.*\|\n?)+)", re.MULTILINE)
_CELLS = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\(.)")


def draw(titles: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> None:
    """Draw a table of texts. rows: each as long as the titles, and named by its first cell. label: what it shows."""
    st.html(as_html(titles, rows, label))


def draw_document(markdown: str) -> None:
    """Draw a Markdown document of the library's own, in which foreign text is escaped, with its tables."""
    heading = ""
    for place, piece in enumerate(_TABLE.split(markdown)):
        if place % 2:
            titles, _, *rows = ([_ESCAPED.sub(r"\1", cell.strip()) for cell in _cells(line)] for line in _lines(piece))
            draw(titles, rows, heading)
        elif piece.strip():
            heading = piece.strip().rpartition("## ")[2].partition("\n")[0] or heading
            st.markdown(parted(piece))


def as_html(titles: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> str:
    """Return a table of texts in a frame that scrolls."""
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in titles)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    return (
        f'<div class="wide-table" tabindex="0" role="region" aria-label="{html.escape(label)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = map(html.escape, cells)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)


def _lines(table: str) -> list[str]:
    return table.strip().split("\n")


def _cells(line: str) -> list[str]:
    return _CELLS.split(line)[1:-1]
