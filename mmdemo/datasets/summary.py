"""What a dataset holds, in numbers: as the command line and the Data page show it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.quality import QualityReport
from mmdemo.datasets.words import caption_lengths


def summarise(dataset: Dataset, report: QualityReport) -> dict[str, Any]:
    """Return what a dataset holds as it stands in JSON; `captions` and `images` are null where there are none."""
    counts = dataset.frame[LABEL].value_counts()
    groups = np.unique(report.groups.keys, return_counts=True)[1]
    return {
        "name": dataset.name,
        "source": dataset.source,
        "licence": dataset.licence,
        "options": dict(dataset.options),
        "pairs": len(dataset.frame),
        "classes": {label: int(counts[label]) for label in dataset.classes},
        "groups": {"count": len(groups), "largest": int(groups.max(initial=0))},
        "captions": _lengths(dataset),
        "images": _spread(report.sizes),
        "notes": list(dataset.notes),
        "limits": dict(dataset.limits) if dataset.limits else None,
        "findings": [asdict(finding) for finding in report.findings],
        "left_out": [asdict(row) for row in dataset.left_out],
    }


def _lengths(dataset: Dataset) -> dict[str, Any] | None:
    lengths = caption_lengths(dataset.frame)
    if lengths.empty:
        return None
    return {"words_median": float(lengths.median()), "words_min": int(lengths.min()), "words_max": int(lengths.max())}


def _spread(sizes: Mapping[str, tuple[int, int]]) -> dict[str, Any] | None:
    if not sizes:
        return None
    by_area = sorted(sizes.values(), key=lambda size: (size[0] * size[1], size))
    width, height = np.median(by_area, axis=0).tolist()
    return {"width_median": width, "height_median": height, "smallest": by_area[0], "largest": by_area[-1]}
