"""Everything reported about a model, computed from its bundle alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.naming import place
from mmdemo.bundles.results import check_evaluation
from mmdemo.bundles.summary import ModelSummary, summarise
from mmdemo.errors import BundleError
from mmdemo.evaluation.calibration import Bin, Coverage, calibration_bins, coverage_at, expected_calibration_error
from mmdemo.evaluation.confusion import ClassReport, class_reports, confusion_matrix
from mmdemo.evaluation.evaluate import HeadMetrics
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.promises import Promise, promises
from mmdemo.model.certainty import SURE
from mmdemo.model.heads import best_informed
from mmdemo.model.model import Head


@dataclass(frozen=True)
class HeadFacts:
    """One head on the held-out pairs.

    C: inverse strength of its regularisation. temperature: the divisor of its logits.
    metrics: accuracy and the like. matrix: int (k, k), true class by answer.
    classes: the metrics of each class. bins, calibration_error (0–1): how far its probabilities are from calibrated.
    coverage: what remains without the answers that are not sure. promises: whether the words beside them hold.
    """

    C: float
    temperature: float
    metrics: HeadMetrics
    matrix: np.ndarray
    classes: tuple[ClassReport, ...]
    bins: tuple[Bin, ...]
    calibration_error: float
    coverage: Coverage
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class ModelFacts:
    """A model, and how its heads did on its held-out pairs."""

    summary: ModelSummary
    held_out: HeldOut
    heads: Mapping[str, HeadFacts]

    @property
    def best_informed(self) -> str:
        """The fused head's name, or that of the only head."""
        return best_informed(self.heads)


def model_facts(folder: Path) -> ModelFacts:
    """Return everything reported about the model in a folder, without loading its encoders.

    Raises a BundleError when its files are damaged or cannot be read.
    """
    summary, files = summarise(folder), BundleFiles(folder)
    files.verify(summary.manifest["files"])
    classes = tuple(summary.manifest["classes"])
    heads = files.read_model(summary.config, classes).heads
    tested = files.read_held_out(classes, heads)
    try:
        check_evaluation(summary.evaluation, tested)
    except ValueError as error:
        raise BundleError(f"The model in {place(folder)} cannot be used ({error}). Train it again.") from error
    facts = {name: _head_facts(tested, name, head, summary.evaluation.heads[name]) for name, head in heads.items()}
    return ModelFacts(summary, tested, facts)


def _head_facts(tested: HeldOut, name: str, head: Head, metrics: HeadMetrics) -> HeadFacts:
    matrix = confusion_matrix(tested.labels, tested.guesses(name), tested.classes)
    confidence, right = tested.confidence(name), tested.right(name)
    bins = calibration_bins(confidence, right, tested.groups)
    return HeadFacts(
        C=head.C,
        temperature=head.temperature,
        metrics=metrics,
        matrix=matrix,
        classes=class_reports(tested, name),
        bins=bins,
        calibration_error=expected_calibration_error(bins),
        coverage=coverage_at(confidence, right, SURE, tested.groups),
        promises=promises(tested, name),
    )
