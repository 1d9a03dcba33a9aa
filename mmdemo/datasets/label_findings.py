"""Labels that are probably meant otherwise than they are read: several in one cell, and words for none."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from mmdemo.datasets.finding import Finding, counted
from mmdemo.datasets.placeholders import is_placeholder
from mmdemo.datasets.wording import listed

_MANY, _SCARCE = 10, 2  # labels that a dataset must have; pairs of a scarce one
_BETWEEN = ";|,"
_LEAST, _SHARE = 2, 0.5  # labels that hold several; parts of them that stand in several labels


def several_labels(labels: pd.Series) -> Iterator[Finding]:
    """Report labels that seem to be lists of labels: most of their parts stand in other labels, too."""
    for sign in _BETWEEN:
        parts = {label: {part.strip() for part in label.split(sign)} for label in labels.unique()}
        lists = [label for label, found in parts.items() if len(found) > 1]
        common = Counter(part for found in parts.values() for part in found)
        inside = {part for label in lists for part in parts[label]}
        if len(lists) < _LEAST or sum(common[part] > 1 for part in inside) <= _SHARE * len(inside):
            continue
        named = listed([f"“{label}”" for label in lists])
        detail = f"Each combination counts as a class of its own: {named}. Keep one label a pair, such as the first."
        title = f"{len(lists):,} classes seem to hold several labels"
        yield Finding("warning", title, detail, tuple(labels.index[labels.isin(lists)].map(str)))
        return


def scarce_labels(labels: pd.Series) -> Iterator[Finding]:
    """Report that most labels stand once or twice, as names of images or of products do."""
    counts = labels.value_counts()
    scarce = sorted(counts.index[counts <= _SCARCE])
    if len(counts) >= _MANY and len(scarce) > len(counts) / 2:
        named = listed([f"“{label}”" for label in scarce])
        detail = f"Such as {named}. A label is what many pairs share: check that this is the column of the labels."
        yield Finding("warning", f"{len(scarce):,} of {len(counts):,} labels stand once or twice", detail)


def labels_for_none(labels: pd.Series) -> Iterator[Finding]:
    """Report classes whose name is what is written where there is no label."""
    names = sorted(label for label in labels.unique() if is_placeholder(label))
    if names:
        named = listed([f"“{name}”" for name in names])
        detail = f"{named} is what is written where a label is missing. If so, leave those cells empty."
        title = f"{counted(len(names), 'class looks', 'classes look')} like a missing label"
        yield Finding("warning", title, detail, tuple(labels.index[labels.isin(names)].map(str)))
