"""The tables on a page, as the app draws them, read back."""

import html
import re

import pandas as pd
from streamlit.testing.v1 import AppTest

_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")


def read(table: str) -> pd.DataFrame:
    """Return the HTML of one table as texts."""
    titles, *rows = ([html.unescape(cell) for cell in _CELL.findall(row)] for row in table.split("<tr>")[1:])
    return pd.DataFrame(rows, columns=titles)


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Return the tables on an open page, from top to bottom."""
    drawn = (element.proto.body for element in app.main.get("html"))
    return [read(body) for body in drawn if "<table>" in body]
