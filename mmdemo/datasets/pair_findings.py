"""Problems with the captions and labels of a dataset; each function takes them by row id."""

from collections.abc import Iterator, Mapping

import pandas as pd

from mmdemo.datasets.finding import Finding, counted, flat, grouped
from mmdemo.datasets.table import listed

FEW = 10  # pairs of a class
UNEVEN = 5  # times as many pairs in the largest class as in the smallest

_LONGEST = 60  # characters of a caption that a message shows


def wordless(cleaned: Mapping[str, str]) -> Iterator[Finding]:
    """Report captions of which cleaning leaves nothing."""
    rows = [row for row, caption in cleaned.items() if not caption]
    if rows:
        detail = f"Training leaves out {listed(rows)}: nothing is left of the caption after cleaning. Write some words."
        title = f"{counted(len(rows), 'caption holds', 'captions hold')} no word"
        yield Finding("warning", title, detail, tuple(rows))


def shared_captions(cleaned: Mapping[str, str], labels: pd.Series) -> Iterator[Finding]:
    """Report captions that occur under different labels."""
    worded = ((row, caption) for row, caption in cleaned.items() if caption)
    groups = [rows for rows in grouped(worded, str) if labels[rows].nunique() > 1]
    if groups:
        examples = listed([f"“{_shortened(cleaned[rows[0]])}”" for rows in groups])
        detail = (
            f"The caption alone cannot decide {len(flat(groups)):,} of {len(labels):,} pairs: {examples}. "
            "That is fine if the image decides; otherwise write captions that differ."
        )
        title = f"{counted(len(groups), 'caption')} shared by different labels"
        yield Finding("note", title, detail, flat(groups))


def rare_classes(labels: pd.Series) -> Iterator[Finding]:
    """Report classes with too few pairs."""
    counts = labels.value_counts()
    rare = sorted(counts.index[counts < FEW])
    if rare:
        named = listed([f"“{label}” ({counts[label]})" for label in rare])
        detail = f"Too few to train and evaluate on: {named}. Add pairs, or merge or leave out these labels."
        title = f"{counted(len(rare), 'class has', 'classes have')} fewer than {FEW} pairs"
        yield Finding("warning", title, detail, tuple(labels.index[labels.isin(rare)].map(str)))


def uneven_classes(labels: pd.Series) -> Iterator[Finding]:
    """Report classes of very different size."""
    counts = labels.value_counts()
    most, least = counts.index[0], counts.index[-1]
    if counts[most] >= UNEVEN * counts[least]:
        detail = (
            f"“{most}” has {counts[most]:,} pairs, “{least}” {counts[least]:,}. Always answering “{most}” would be "
            f"right {counts[most] / len(labels):.0%} of the time: judge by macro F1, not by accuracy alone."
        )
        yield Finding("warning", "Classes of very different size", detail)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
