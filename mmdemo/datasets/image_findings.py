"""Problems with the images of a dataset: unreadable, very small, or duplicated."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.finding import Finding, counted, flat
from mmdemo.datasets.wording import listed
from mmdemo.errors import ImageError
from mmdemo.preprocess.decode import opened_head
from mmdemo.preprocess.source import image_content

SMALL = 32  # pixels of an image's shorter side


def unreadable(reasons: Mapping[str, str]) -> Iterator[Finding]:
    """Report images that cannot be read; reasons: row id → why."""
    if reasons:
        title = f"{counted(len(reasons), 'image')} cannot be read"
        yield Finding("serious", title, f"Training would stop. {next(iter(reasons.values()))}", tuple(reasons))


def copies(files: pd.Series, frame: pd.DataFrame, captions: pd.Series) -> Iterator[Finding]:
    """Report image files that occur more than once: under one label or several, under one caption or several.

    files: row id → SHA-256 of the file, of those that can be read. captions: row id → cleaned caption.
    """
    groups = _groups(files)
    torn = [rows for rows in groups if _labels(frame, rows) > 1]
    same = [rows for rows in groups if _labels(frame, rows) == 1]
    if torn:
        title = f"{counted(len(torn), 'image')} with more than one label"
        detail = (
            f"The same file has {_named(frame, torn[0])} in {listed(torn[0])}. Choose one label, or leave them out."
        )
        yield Finding("serious", title, detail, flat(torn))
    captioned = [rows for rows in same if captions[rows].nunique() > 1]
    if captioned:
        stand = f"{counted(len(captioned), 'image stands', 'images stand')} in {len(flat(captioned)):,} pairs"
        detail = (
            f"{stand}, {_each(captioned)} captions each, such as {listed(captioned[0])}. No model is "
            "tested on a pair of an image that it was trained on."
        )
        yield Finding("note", f"{counted(len(captioned), 'image')} with several captions", detail, flat(captioned))
    if alone := [rows for rows in same if captions[rows].nunique() == 1]:
        detail = (
            f"The same file is in {listed(alone[0])}. No model is tested on a copy of what it was trained on, but "
            "copies count as pairs of their own; keep one of each."
        )
        yield Finding("warning", f"{counted(len(alone), 'image')} more than once", detail, flat(alone))


def look_alike(files: pd.Series, looks: pd.Series, frame: pd.DataFrame) -> Iterator[Finding]:
    """Report different files that show nearly the same; looks: row id → code of what a file shows."""
    groups = [rows for rows in _groups(looks[files.index]) if files[rows].nunique() > 1]
    torn = [rows for rows in groups if _labels(frame, rows) > 1]
    if torn:
        detail = (
            f"{len(flat(torn)):,} pairs have an image that looks like one of another label: {listed(torn[0])} are "
            f"{_named(frame, torn[0])}. Check these labels; where the images cannot decide, the captions must."
        )
        title = f"{counted(len(torn), 'group')} of nearly equal images with more than one label"
        yield Finding("warning", title, detail, flat(torn))
    if same := [rows for rows in groups if _labels(frame, rows) == 1]:
        detail = (
            f"{len(flat(same)):,} pairs have an image that looks like another's, such as {listed(same[0])}. No "
            "model is tested on one and trained on another; where they are copies, keep one of each."
        )
        yield Finding("note", f"{counted(len(same), 'group')} of nearly equal images", detail, flat(same))


def small(sizes: Mapping[str, tuple[int, int]]) -> Iterator[Finding]:
    """Report images with little to see; sizes: row id → (width, height)."""
    rows = [row for row, size in sizes.items() if min(size) < SMALL]
    if rows:
        width, height = sizes[rows[0]]
        detail = (
            f"{rows[0]} has {width} × {height} px, and models read at least 64 × 64 px, so there is little to see. "
            "Use larger images if you have them."
        )
        title = f"{counted(len(rows), 'image')} below {SMALL} px"
        yield Finding("warning", title, detail, tuple(rows))


@dataclass(frozen=True)
class ImageHeads:
    """What the heads of image files say; each by row id.

    sizes: (width, height) in pixels. colours: the name of a colour profile, where it is not sRGB; "" if unusable.
    reasons: why an image cannot be read.
    """

    sizes: Mapping[str, tuple[int, int]]
    colours: Mapping[str, str]
    reasons: Mapping[str, str]


def image_heads(frame: pd.DataFrame) -> ImageHeads:
    """Return what the heads of a frame's image files say, of the pairs that have one."""
    sizes, colours, reasons = {}, {}, {}
    images = zip(frame.index, values_of(frame, "image"), strict=True) if "image" in frame else ()
    for row, image in ((row, image) for row, image in images if image is not None):
        try:
            head = opened_head(image)
        except ImageError as error:
            reasons[str(row)] = str(error)
            continue
        sizes[str(row)] = head.upright_size
        if head.other_colours is not None:
            colours[str(row)] = head.other_colours
    return ImageHeads(sizes, colours, reasons)


def digests(images: pd.Series) -> pd.Series:
    """Return row id → SHA-256 (hex) of the image's file, without those that cannot be read."""
    found = {}
    for row, image in images.items():
        with suppress(OSError, ValueError):
            found[row] = image_content(image).sha256
    return pd.Series(found, dtype=object)


def _groups(codes: pd.Series) -> list[list[str]]:
    """Return the groups of two rows or more that have the same code."""
    rows = codes.index.to_series().groupby(codes, sort=False).agg(list)
    return [group for group in rows if len(group) > 1]


def _each(groups: list[list[str]]) -> str:
    """Return how many rows the groups have, "2 to 5" where they differ."""
    sizes = sorted({len(rows) for rows in groups})
    return f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"


def _labels(frame: pd.DataFrame, rows: list[str]) -> int:
    return int(frame.loc[rows, "label"].nunique())


def _named(frame: pd.DataFrame, rows: list[str]) -> str:
    return " and ".join(f"“{label}”" for label in sorted(frame.loc[rows, "label"].unique()))
