"""Problems with the images of a dataset: unreadable, very small, or duplicated."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from mmdemo.datasets.finding import Finding, counted, flat, grouped
from mmdemo.datasets.table import listed
from mmdemo.preprocess.source import image_content

SMALL = 32  # pixels of an image's shorter side


def unreadable(reasons: Mapping[str, str]) -> Iterator[Finding]:
    """Report images that cannot be read; reasons: row id → why."""
    if reasons:
        title = f"{counted(len(reasons), 'image')} cannot be read"
        yield Finding("serious", title, f"Training would stop. {next(iter(reasons.values()))}", tuple(reasons))


def copies(frame: pd.DataFrame) -> Iterator[Finding]:
    """Report images that occur more than once, under one label or several."""
    same: list[list[str]] = []
    torn: list[list[str]] = []
    for rows in _equal_files(frame["image"]):
        (torn if frame.loc[rows, "label"].nunique() > 1 else same).append(rows)
    if torn:
        title = f"{counted(len(torn), 'image')} with more than one label"
        labels = " and ".join(f"“{label}”" for label in sorted(frame.loc[torn[0], "label"].unique()))
        detail = f"The same file has {labels} in {listed(torn[0])}. Choose one label, or leave them out."
        yield Finding("serious", title, detail, flat(torn))
    if same:
        detail = (
            f"The same file is in {listed(same[0])}. A copy among the held-out pairs makes the model look better "
            "than it is; keep one of each."
        )
        yield Finding("warning", f"{counted(len(same), 'image')} more than once", detail, flat(same))


def small(sizes: Mapping[str, tuple[int, int]]) -> Iterator[Finding]:
    """Report images with little to see; sizes: row id → (width, height)."""
    rows = [row for row, size in sizes.items() if min(size) < SMALL]
    if rows:
        width, height = sizes[rows[0]]
        detail = (
            f"{rows[0]} has {width} × {height} px, and encoders read at least 64 × 64 px, so there is little to see. "
            "Use larger images if you have them."
        )
        title = f"{counted(len(rows), 'image')} below {SMALL} px"
        yield Finding("warning", title, detail, tuple(rows))


def _equal_files(images: pd.Series) -> list[list[str]]:
    """Return the groups of rows whose files are the same to the last byte; only files of equal size are read."""
    groups = []
    for rows in grouped(images.items(), lambda image: Path(image).stat().st_size):
        groups += grouped(((row, images[row]) for row in rows), lambda image: image_content(image).sha256)
    return groups
