"""Pairs that are the same but for their label: one of the labels is wrong."""

from collections.abc import Iterator

import pandas as pd

from mmdemo.datasets.finding import Finding, counted, flat
from mmdemo.datasets.wording import listed


def conflicts(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series, files: pd.Series) -> Iterator[Finding]:
    """Report groups of pairs that have the same caption, the same image or none, and different labels.

    captions: row id → cleaned caption, "" for none. looks: row id → code of what its image shows, −1 for none.
    files: row id → SHA-256 of its image; pairs of the very same file are left to `image_findings.copies`.
    """
    same = pd.DataFrame({"caption": captions, "look": looks, "label": frame["label"], "row": frame.index.map(str)})
    same = same[(same["caption"] != "") | (same["look"] >= 0)]
    same = same[same.groupby(["caption", "look"])["label"].transform("nunique") > 1]
    groups = [
        part["row"].tolist()
        for _, part in same.groupby(["caption", "look"], sort=False)
        if files.reindex(part.index).nunique() != 1
    ]
    if groups:
        named = " and ".join(f"“{label}”" for label in sorted(frame["label"][groups[0]].unique()))
        detail = (
            f"{len(flat(groups)):,} pairs differ in nothing but the label: {listed(groups[0])} are {named}. "
            "No model can get all of them right; choose one label."
        )
        title = f"{counted(len(groups), 'pair')} with more than one label"
        yield Finding("serious", title, detail, flat(groups))
