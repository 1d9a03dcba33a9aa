"""The quality report: what is wrong with a dataset and what to do about it, as far as a computer can tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.caption_languages import other_languages
from mmdemo.datasets.conflicts import conflicts
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.file_findings import other_colours, unused_files
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.group_findings import grouped_pairs
from mmdemo.datasets.groups import Groups, groups
from mmdemo.datasets.image_findings import ImageHeads, copies, digests, image_heads, look_alike, small, unreadable
from mmdemo.datasets.label_findings import labels_for_none, scarce_labels, several_labels
from mmdemo.datasets.label_in_caption import label_in_caption
from mmdemo.datasets.pair_findings import (
    copied_captions,
    repeated_captions,
    shared_captions,
    small_classes,
    uneven_classes,
    without_image,
    wordless,
    wordless_classes,
)
from mmdemo.preprocess.text import clean

__all__ = ["Finding", "QualityReport", "examine"]

_ORDER = ("serious", "warning", "note")
_TIED = 0.7  # share of the time that it takes to find which pairs belong together


@dataclass(frozen=True)
class QualityReport:
    """The findings on a dataset, serious ones first.

    sizes: row id → (width, height) in pixels of each image that can be read; empty where there are no images.
    groups: which pairs stay on one side of every split.
    """

    findings: tuple[Finding, ...]
    sizes: Mapping[str, tuple[int, int]]
    groups: Groups


def examine(
    dataset: Dataset, heads: ImageHeads | None = None, report: Callable[[float], None] = lambda share: None
) -> QualityReport:
    """Return what is wrong with a dataset; an image is decoded at most once, and not again in a later run.

    heads: what the heads of the image files say [default: read from them; copies do not say it of their sources].
    report: called with the share (0–1) done.

    >>> frame = pd.DataFrame({"image": ["no.png"], "text": ["!"], "label": ["cat"]}, index=["a"])
    >>> report = examine(Dataset(frame, name="pets", source="Drawn.", licence="CC0-1.0"))
    >>> [finding.title for finding in report.findings]
    ['1 image cannot be read', '1 caption holds no word', '1 class has no words', '1 class is too small to train on']
    """
    frame, found = dataset.frame, groups(dataset, lambda share: report(_TIED * share))
    captions, looks = _captions(frame), _looks(frame, found)
    heads = heads or image_heads(frame)
    files = digests(frame["image"]) if "image" in frame else pd.Series(dtype=object)
    findings = [*unreadable(heads.reasons), *small(heads.sizes)]
    for place, name in enumerate(dataset.modalities):
        report(_TIED + (1 - _TIED) * place / len(dataset.modalities))
        findings += _OF_MODALITY.get(name, _nothing)(frame, captions, looks, files)
    findings += [*conflicts(frame, captions, looks, files), *small_classes(frame["label"], found.keys)]
    findings += [*several_labels(frame["label"]), *labels_for_none(frame["label"]), *scarce_labels(frame["label"])]
    findings += [*uneven_classes(frame["label"]), *grouped_pairs(frame, found)]
    findings += [*other_colours(heads.colours), *unused_files(dataset.unused)]
    return QualityReport(tuple(sorted(findings, key=lambda one: _ORDER.index(one.severity))), heads.sizes, found)


def _of_images(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series, files: pd.Series) -> Iterator[Finding]:
    yield from without_image(frame)
    yield from copies(files, frame, captions)
    yield from look_alike(files, looks, frame)


def _of_captions(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series, files: pd.Series) -> Iterator[Finding]:
    cleaned = {str(row): caption for row, caption in captions.items()}
    yield from wordless(cleaned, alone=not len(files))
    yield from wordless_classes(cleaned, frame["label"])
    if len(files):  # without an image to decide, they are conflicts
        yield from shared_captions(cleaned, frame["label"])
    yield from copied_captions(cleaned, looks, frame["label"])
    yield from repeated_captions(cleaned, looks, frame["label"])
    yield from label_in_caption(cleaned, frame["label"])
    yield from other_languages(cleaned)


def _nothing(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series, files: pd.Series) -> Iterator[Finding]:
    yield from ()


_OF_MODALITY: dict[str, Callable[[pd.DataFrame, pd.Series, pd.Series, pd.Series], Iterator[Finding]]] = {
    "image": _of_images,
    "text": _of_captions,
}


def _captions(frame: pd.DataFrame) -> pd.Series:
    """Return row id → cleaned caption, "" where there is none."""
    return pd.Series([clean(text or "") for text in values_of(frame, "text")] if "text" in frame else "", frame.index)


def _looks(frame: pd.DataFrame, found: Groups) -> pd.Series:
    """Return row id → code of what its image shows, −1 where there is none: one of its own if no other looks alike."""
    if "image" not in found.ties:
        return pd.Series(-1, frame.index)
    codes, has = found.ties["image"], np.array([value is not None for value in values_of(frame, "image")])
    own = codes.max(initial=-1) + 1 + np.arange(len(codes))
    return pd.Series(np.where(codes >= 0, codes, np.where(has, own, -1)), frame.index)
