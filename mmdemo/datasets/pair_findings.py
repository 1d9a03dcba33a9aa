"""What pairs lack, and problems with their captions and labels; each function takes them by row id."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.finding import Finding, counted, flat, grouped
from mmdemo.datasets.rare_classes import rare_classes
from mmdemo.datasets.wording import listed
from mmdemo.modalities.text import LONG, is_long

FEW = 10  # pairs of a class
UNEVEN = 5  # times as many pairs in the largest class as in the smallest

_MANY, _SHARE = 3, 0.05  # images of a short caption; share of the pairs that have such captions
_NAMED = 3  # classes in a message
_LONGEST = 60  # characters of a caption that a message shows


def without_image(frame: pd.DataFrame) -> Iterator[Finding]:
    """Report pairs that have no image."""
    rows = [str(row) for row, image in zip(frame.index, values_of(frame, "image"), strict=True) if image is None]
    if rows:
        detail = f"What else {listed(rows)} {'hold' if len(rows) > 1 else 'holds'} is used alone."
        yield Finding("note", f"{counted(len(rows), 'pair has', 'pairs have')} no image", detail, tuple(rows))


def wordless(cleaned: Mapping[str, str], alone: bool) -> Iterator[Finding]:
    """Report captions without a word, as written or after cleaning; alone: whether there is nothing but captions."""
    rows = [row for row, caption in cleaned.items() if not caption]
    if rows:
        so = "training leaves them out" if alone else "these captions do not count"
        detail = f"No word stands in the captions of {listed(rows)}, so {so}. Write at least one in each."
        title = f"{counted(len(rows), 'caption holds', 'captions hold')} no word"
        yield Finding("warning", title, detail, tuple(rows))


def wordless_classes(cleaned: Mapping[str, str], labels: pd.Series) -> Iterator[Finding]:
    """Report classes of which no caption holds a word."""
    worded = set(labels[[row for row, caption in cleaned.items() if caption]])
    silent = sorted(set(labels) - worded)
    if silent:
        named = listed([f"“{label}”" for label in silent])
        detail = f"No caption of {named} holds a word, so no model for captions can give that answer. Write some words."
        title = f"{counted(len(silent), 'class has', 'classes have')} no words"
        yield Finding("warning", title, detail, tuple(labels.index[labels.isin(silent)].map(str)))


def shared_captions(cleaned: Mapping[str, str], labels: pd.Series) -> Iterator[Finding]:
    """Report captions that occur under different labels."""
    worded = ((row, caption) for row, caption in cleaned.items() if caption)
    groups = [rows for rows in grouped(worded, str) if labels[rows].nunique() > 1]
    if groups:
        examples = _quoted(groups, cleaned)
        detail = (
            f"The caption alone cannot decide {len(flat(groups)):,} of {len(labels):,} pairs: {examples}. "
            "That is fine if the image decides; otherwise write captions that differ."
        )
        title = f"{counted(len(groups), 'caption')} shared by different labels"
        yield Finding("note", title, detail, flat(groups))


def copied_captions(cleaned: Mapping[str, str], images: pd.Series, labels: pd.Series) -> Iterator[Finding]:
    """Report pairs without an image that have the same caption and label; images: row id → its code, −1 for none."""
    bare = ((row, f"{labels[row]}\n{text}") for row, text in cleaned.items() if text and images[row] < 0)
    groups = grouped(bare, str)
    if groups:
        count = len(flat(groups))
        first = f"{listed(groups[0])} (“{_shortened(cleaned[groups[0][0]])}”)"
        detail = (
            f"{count:,} pairs without an image have the caption and the label of another one, such as {first}. They "
            f"count as pairs of their own, and copies of a caption below {LONG} words may be both trained and "
            "tested on; keep one of each."
        )
        yield Finding("warning", f"{counted(len(groups), 'caption')} more than once", detail, flat(groups))


def repeated_captions(cleaned: Mapping[str, str], images: pd.Series, labels: pd.Series) -> Iterator[Finding]:
    """Report captions that stand under several images; images: row id → code of what it shows.

    Short captions repeat by nature: they are reported where three images or more of one label have them.
    """
    groups = [rows for rows in grouped(((row, text) for row, text in cleaned.items() if text), str)
              if images[rows].nunique() > 1]  # fmt: skip
    long = [rows for rows in groups if is_long(cleaned[rows[0]])]
    short = [rows for rows in groups if rows not in long and images[rows].nunique() >= _MANY
             and labels[rows].nunique() == 1]  # fmt: skip
    if long:
        detail = (
            f"{len(flat(long)):,} pairs have a caption of {LONG} words or more that another image has, too: "
            f"{_quoted(long, cleaned)}. No model is tested on one and trained on another."
        )
        yield Finding("note", f"{counted(len(long), 'long caption')} under several images", detail, flat(long))
    if len(flat(short)) >= _SHARE * len(cleaned):
        detail = (
            f"{counted(len(short), 'short caption stands', 'short captions stand')} under "
            f"{images[list(flat(short))].nunique():,} images: {_quoted(short, cleaned)}. A model that has seen one of "
            "these pairs knows the caption of the others, so captions look easier here than they are."
        )
        yield Finding("note", f"{counted(len(short), 'short caption')} under many images", detail, flat(short))


def small_classes(labels: pd.Series, group: np.ndarray) -> Iterator[Finding]:
    """Report classes that training leaves out, and those with few pairs; group: str (n,), equal for such as copies."""
    reasons = rare_classes(labels, group)
    if reasons:
        named = "; ".join(f"“{label}” {reason}" for label, reason in list(reasons.items())[:_NAMED])
        more = f"; and {len(reasons) - _NAMED:,} more" if len(reasons) > _NAMED else ""
        title = f"{counted(len(reasons), 'class is', 'classes are')} too small to train on"
        rows = tuple(labels.index[labels.isin(list(reasons))].map(str))
        yield Finding("warning", title, f"Training leaves out: {named}{more}. Add pairs, or merge classes.", rows)
    counts = labels[~labels.isin(list(reasons))].value_counts()
    rare = sorted(counts.index[counts < FEW])
    if rare:
        named = listed([f"“{label}” ({counts[label]})" for label in rare])
        detail = f"Little to train and evaluate on: {named}. Add pairs, or merge or leave out these classes."
        title = f"{counted(len(rare), 'class has', 'classes have')} fewer than {FEW} pairs"
        yield Finding("warning", title, detail, tuple(labels.index[labels.isin(rare)].map(str)))


def uneven_classes(labels: pd.Series) -> Iterator[Finding]:
    """Report classes of very different size."""
    counts = labels.value_counts()
    most, least = counts.index[0], counts.index[-1]
    if counts[most] >= UNEVEN * counts[least]:
        detail = (
            f"“{most}” has {counts[most]:,} pairs, “{least}” {counts[least]:,}. Always answering “{most}” would be "
            f"right {counts[most] / len(labels):.0%} of the time: judge each class by itself, too (macro F1)."
        )
        yield Finding("warning", "Classes of very different size", detail)


def _quoted(groups: Sequence[Sequence[str]], cleaned: Mapping[str, str]) -> str:
    return listed([f"“{_shortened(cleaned[rows[0]])}”" for rows in groups])


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
