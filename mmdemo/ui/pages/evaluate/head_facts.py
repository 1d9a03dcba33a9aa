"""What there is to say of one of a model's heads, computed once: its intervals come from thousands of resamples."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.evaluation.calibration import Bin, Coverage, calibration_bins, coverage_at, coverage_curve
from mmdemo.evaluation.confusion import ClassReport, class_reports
from mmdemo.model.certainty import SURE


@dataclass(frozen=True)
class HeadFacts:
    """One head's classes, and whether its probabilities can be trusted.

    curve: as `coverage_curve` returns it. sure: what remains of its answers above `SURE`.
    """

    classes: tuple[ClassReport, ...]
    bins: tuple[Bin, ...]
    curve: np.ndarray
    sure: Coverage


def facts_of(bundle: Bundle, head: str) -> HeadFacts:
    """Return what there is to say of a head, on the model's held-out pairs."""
    return _facts(str(bundle.manifest["sha256"]), head, bundle)


@st.cache_resource(max_entries=32, show_spinner=False)  # 10 KB each
def _facts(model: str, head: str, _bundle: Bundle) -> HeadFacts:
    tested = _bundle.held_out
    confidence, right = tested.confidence(head), tested.right(head)
    return HeadFacts(
        classes=class_reports(tested, head),
        bins=calibration_bins(confidence, right, tested.groups),
        curve=coverage_curve(confidence, right),
        sure=coverage_at(confidence, right, SURE, tested.groups),
    )
