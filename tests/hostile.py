"""Data whose labels, captions and name try to become more than text."""

from pathlib import Path

import pandas as pd

from tests.models import drawn

LABELS = {
    "ball": "<script>alert(1)</script>",
    "box": '"><img src=x onerror=alert(2)>',
    "flag": "a|b `c` **d** [e](http://evil.example) $f$ :red[g]",
}
CAPTIONS = (
    "<script>alert(3)</script>",
    '"><svg onload=alert(4)>',
    "{{ 7 * 7 }} {% raw %}",
    "</style><h1>huge",
    "&lt;b&gt;",
)
NAME = '<img src=x onerror="alert(5)"> pets'


def hostile_folder(parent: Path) -> Path:
    """Make a folder of drawn pairs with hostile labels, captions and name."""
    folder = parent / NAME.replace("/", "")
    folder.mkdir()
    drawn(folder)
    table = pd.read_csv(folder / "data.csv")
    table["label"] = table["label"].map(LABELS)
    table["text"] = [f"{CAPTIONS[i % len(CAPTIONS)]} {text}" for i, text in enumerate(table["text"])]
    table.to_csv(folder / "data.csv", index=False)
    return folder
