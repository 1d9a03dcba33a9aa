"""The Tux Paint stamps: some 700 photographs and drawings of everyday things, with captions in many languages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.svg import render
from mmdemo.datasets.tux_paint import Stamp, read_stamps, stamps_dir
from mmdemo.errors import DatasetError
from mmdemo.storage.folders import cache_dir, mark_used

SMALLEST_CLASS = 25  # pairs; fewer leave too few held-out pairs


def stamps(captions: str = "en", directory: Path | None = None) -> Dataset:
    """Load the stamps with their captions in one language; the first time, drawings are rendered.

    captions: one of `caption_languages`, such as `en`, `de` or `zh_CN`.
    directory: the folder of the stamps; by default MMDEMO_STAMPS_DIR, else Debian's folder.

    Raises DatasetError where the stamps are not installed, or have too few captions in that language.
    """
    found, passed_over = read_stamps(stamps_dir(directory))
    captioned = [stamp for stamp in found if captions in stamp.captions]
    kept = _of_large_classes(captioned, found, captions)
    images = _images(kept)
    drawn = [stamp for stamp in kept if stamp.image in images]
    left_out = passed_over | {
        f"images without a caption in {captions}": len(found) - len(captioned),
        f"pairs of classes with fewer than {SMALLEST_CLASS}": len(captioned) - len(kept),
        "drawings that cannot be rendered": len(kept) - len(drawn),
    }
    return Dataset(
        _frame(drawn, images, captions),
        name="stamps",
        source="The Tux Paint stamp collection: photographs and drawings of everyday things, made by volunteers.",
        licence="GPL-2.0-or-later",
        notes=tuple(f"Left out: {what} ({count})." for what, count in left_out.items() if count),
        options={"captions": captions},
    )


def caption_languages(directory: Path | None = None) -> dict[str, int]:
    """Return the languages that `stamps` accepts, each with its number of pairs, most first.

    Raises DatasetError where the stamps are not installed.
    """
    found, _ = read_stamps(stamps_dir(directory))
    return _languages(found)


def _of_large_classes(captioned: Sequence[Stamp], found: Sequence[Stamp], language: str) -> list[Stamp]:
    """Return the captioned stamps whose class is large enough; raise DatasetError where fewer than two classes are."""
    large = _large(Counter(stamp.label for stamp in captioned))
    if len(large) < 2:
        known = ", ".join(sorted(_languages(found)))
        raise DatasetError(f"The stamps have too few captions in {language!r}; captions can be one of: {known}.")
    return [stamp for stamp in captioned if stamp.label in large]


def _languages(found: Sequence[Stamp]) -> dict[str, int]:
    """Return each language in which two classes or more are large enough, and its number of pairs in them."""
    labels: dict[str, Counter[str]] = {}
    for stamp in found:
        for language in stamp.captions:
            labels.setdefault(language, Counter())[stamp.label] += 1
    large = {language: _large(counts) for language, counts in labels.items()}
    pairs = {language: sum(counts.values()) for language, counts in large.items() if len(counts) >= 2}
    return dict(sorted(pairs.items(), key=lambda item: (-item[1], item[0])))


def _large(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the classes with at least SMALLEST_CLASS pairs, and how many pairs each has."""
    return {label: count for label, count in counts.items() if count >= SMALLEST_CLASS}


def _images(kept: Sequence[Stamp]) -> dict[Path, Path]:
    """Return the file to decode for each stamp: its own image, or the rendered drawing if rendering succeeds."""
    drawings = [stamp.image for stamp in kept if stamp.image.suffix == ".svg"]
    try:
        rendered = render(drawings, cache_dir() / "stamps" / "drawings")
    except RuntimeError as error:
        raise DatasetError(f"{error}. Try again; free some memory if it stops again.") from error
    except OSError as error:
        raise DatasetError(
            f"The drawings cannot be rendered: {error.strerror or error}. Make room in the folder of the caches, or "
            "set MMDEMO_CACHE_DIR to one that can be written to."
        ) from error
    mark_used(rendered.values())
    return {stamp.image: stamp.image for stamp in kept if stamp.image.suffix == ".png"} | rendered


def _frame(kept: Sequence[Stamp], images: Mapping[Path, Path], language: str) -> pd.DataFrame:
    """Return the rows of the dataset, indexed by the ids of the stamps."""
    rows = [(str(images[stamp.image]), stamp.captions[language], stamp.label) for stamp in kept]
    return pd.DataFrame(rows, columns=["image", "text", "label"], index=[stamp.id for stamp in kept])
