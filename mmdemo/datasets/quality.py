"""The quality report: what is wrong with a dataset and what to do about it, as far as a computer can tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.groups import Groups, groups
from mmdemo.datasets.image_findings import copies, digests, image_sizes, look_alike, small, unreadable
from mmdemo.datasets.pair_findings import (
    rare_classes,
    repeated_captions,
    shared_captions,
    uneven_classes,
    wordless,
    wordless_classes,
)
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.text import clean

__all__ = ["Finding", "QualityReport", "examine"]

_ORDER = ("serious", "warning", "note")


@dataclass(frozen=True)
class QualityReport:
    """The findings on a dataset, serious ones first.

    sizes: row id → (width, height) in pixels of each image that can be read; empty where there are no images.
    groups: which pairs stay on one side of every split.
    """

    findings: tuple[Finding, ...]
    sizes: Mapping[str, tuple[int, int]]
    groups: Groups


def examine(dataset: Dataset) -> QualityReport:
    """Return what is wrong with a dataset; an image is decoded at most once, and not again in a later run.

    >>> frame = pd.DataFrame({"image": ["no.png"], "text": ["!"], "label": ["cat"]}, index=["a"])
    >>> report = examine(Dataset(frame, name="pets", source="Drawn.", licence="CC0-1.0"))
    >>> [finding.title for finding in report.findings]
    ['1 image cannot be read', '1 caption holds no word', '1 class has no words', '1 class has fewer than 10 pairs']
    """
    frame, found = dataset.frame, groups(dataset)
    sizes, reasons = image_sizes(frame)
    captions, looks = _captions(frame), _looks(frame)
    findings = [*unreadable(reasons), *small(sizes)]
    for name in dataset.modalities:
        findings += _OF_MODALITY.get(name, _nothing)(frame, captions, looks)
    findings += [*rare_classes(frame["label"]), *uneven_classes(frame["label"])]
    findings += [Finding("note", "Pairs that repeat too often to be kept together", note) for note in found.notes]
    return QualityReport(tuple(sorted(findings, key=lambda one: _ORDER.index(one.severity))), sizes, found)


def _of_images(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series) -> Iterator[Finding]:
    files = digests(frame["image"])
    yield from copies(files, frame, captions)
    yield from look_alike(files, looks, frame)


def _of_captions(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series) -> Iterator[Finding]:
    cleaned = {str(row): caption for row, caption in captions.items()}
    yield from wordless(cleaned)
    yield from wordless_classes(cleaned, frame["label"])
    yield from shared_captions(cleaned, frame["label"])
    yield from repeated_captions(cleaned, looks)


def _nothing(frame: pd.DataFrame, captions: pd.Series, looks: pd.Series) -> Iterator[Finding]:
    yield from ()


_OF_MODALITY: dict[str, Callable[[pd.DataFrame, pd.Series, pd.Series], Iterator[Finding]]] = {
    "image": _of_images,
    "text": _of_captions,
}


def _captions(frame: pd.DataFrame) -> pd.Series:
    """Return row id → cleaned caption, "" where there is none."""
    return pd.Series([clean(text or "") for text in values_of(frame, "text")] if "text" in frame else "", frame.index)


def _looks(frame: pd.DataFrame) -> pd.Series:
    """Return row id → code of what its image shows, −1 where there is none."""
    has = "image" in frame and "image" in MODALITIES
    return pd.Series(MODALITIES["image"].repeats(values_of(frame, "image")) if has else -1, frame.index)
