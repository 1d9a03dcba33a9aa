"""Data whose labels, captions and name try to become more than text."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.storage.folders import cache_dir
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

WRITTEN = (
    "「https://evil.example/x?y=z WWW.evil.example ftp://a.b me@evil.example x -> y <- z <-> -- >= <= ~= a--b "
    ":material/home: :material_home: :smile: :streamlit: :red[r] :small[s] :help[h] :red-badge[b] $x^2$ **b** _i_ `c` "
    "~~s~~ [l](https://evil.example) ![p](https://evil.example/p.png) <b>h</b> &amp; # 1. + \\- |t| [^1] ==」"
)
"""What Streamlit's Markdown turns into links, icons, arrows, formulas or styles; in brackets, to find it again."""


def turned() -> Dataset:
    """Return drawn pairs whose labels, captions, name and notes hold what Markdown would turn into something else."""
    folder = cache_dir() / "turned"
    folder.mkdir(parents=True, exist_ok=True)
    dataset = drawn(folder)
    frame = dataset.frame.assign(
        label=[f"{label} {WRITTEN}" for label in dataset.frame["label"]],
        text=[f"{text} {WRITTEN}" for text in dataset.frame["text"]],
    )
    return replace(
        dataset, frame=frame, name=f"pets {WRITTEN}", source=WRITTEN, licence=WRITTEN, notes=(WRITTEN,), location=""
    )
