"""The quality report: what is wrong with a dataset and what to do about it, as far as a computer can tell."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.image_findings import copies, small, unreadable
from mmdemo.datasets.pair_findings import rare_classes, shared_captions, uneven_classes, wordless
from mmdemo.errors import ImageError
from mmdemo.preprocess.decode import stored_size
from mmdemo.preprocess.text import clean

__all__ = ["Finding", "QualityReport", "examine"]


@dataclass(frozen=True)
class QualityReport:
    """The findings on a dataset, serious ones first.

    sizes: row id → (width, height) in pixels of each image that can be read.
    """

    findings: tuple[Finding, ...]
    sizes: Mapping[str, tuple[int, int]]


def examine(dataset: Dataset) -> QualityReport:
    """Return what is wrong with a dataset; only the images' headers are read, and files of equal size are compared.

    >>> frame = pd.DataFrame({"image": ["no.png"], "text": ["!"], "label": ["cat"]}, index=["a"])
    >>> report = examine(Dataset(frame, name="pets", source="Drawn.", licence="CC0-1.0"))
    >>> [finding.title for finding in report.findings]
    ['1 image cannot be read', '1 caption holds no word', '1 class has fewer than 10 pairs']
    """
    frame = dataset.frame
    sizes, reasons = _sizes(frame)
    cleaned = {str(row): clean(text) for row, text in frame["text"].items()}
    findings = [
        *unreadable(reasons),
        *copies(frame.drop(index=list(reasons))),
        *wordless(cleaned),
        *small(sizes),
        *rare_classes(frame["label"]),
        *uneven_classes(frame["label"]),
        *shared_captions(cleaned, frame["label"]),
    ]
    order = ("serious", "warning", "note")
    return QualityReport(tuple(sorted(findings, key=lambda finding: order.index(finding.severity))), sizes)


def _sizes(frame: pd.DataFrame) -> tuple[dict[str, tuple[int, int]], dict[str, str]]:
    """Return each image's size, or why it cannot be read."""
    sizes, reasons = {}, {}
    for row, image in frame["image"].items():
        try:
            sizes[str(row)] = stored_size(image)
        except ImageError as error:
            reasons[str(row)] = str(error)
    return sizes, reasons
