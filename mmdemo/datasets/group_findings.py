"""Findings on pairs that stay on one side of every split."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mmdemo.datasets.base import GROUP
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.groups import Groups

_LARGE = 0.2  # of all pairs: what is held out at a time


def grouped_pairs(frame: pd.DataFrame, found: Groups) -> Iterator[Finding]:
    """Report what the column `group` ties, one group that is too large, and ties that cannot be kept."""
    if GROUP in frame:
        given = frame[GROUP].fillna("").astype(str)
        sizes = given[given != ""].value_counts()
        if (tied := sizes[sizes > 1]).size:
            detail = (
                f"The column “{GROUP}” keeps {tied.sum():,} pairs together, in {tied.size:,} groups; "
                f"the largest has {tied.iloc[0]:,}. So no answer is tested on a pair whose group was trained on."
            )
            yield Finding("note", f"{tied.size:,} groups of pairs that belong together", detail)
    keys, counts = np.unique(found.keys, return_counts=True)
    most = int(counts.max(initial=0))
    if most > 1 and most > _LARGE * len(frame):
        rows = tuple(frame.index[found.keys == keys[counts.argmax()]].map(str))
        detail = (
            f"{most:,} of {len(frame):,} pairs are tied to each other and can only be tested on together, so the parts "
            "that take turns differ much in size. Check what ties them."
        )
        yield Finding("warning", f"One group holds {most / len(frame):.0%} of the pairs", detail, rows)
    for note in found.notes:
        yield Finding("note", "Pairs that repeat too often to be kept together", note)
