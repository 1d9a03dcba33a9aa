"""The charts of a report."""

from collections.abc import Sequence

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.facts import ModelFacts
from mmdemo.charts.accuracy import accuracy_chart, adds_chart
from mmdemo.charts.calibration import calibration_chart
from mmdemo.charts.confusion import confusion_chart
from mmdemo.charts.studies import learning_chart, robustness_chart
from mmdemo.evaluation.sentences import titles_of
from mmdemo.report.rendering import Figure, figure
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Robustness
from mmdemo.studies.study import kept_study

_WIDE = 660  # pixels: the width of a page of A4 between its margins
_NAMES = 100  # pixels that a matrix is wider than it is high, for the names of its rows
_MOST = 60  # classes of a matrix that can be read on A4


def results_figures(facts: ModelFacts) -> dict[str, Figure]:
    """Return charts of the results, by name; that of what is added only where something is."""
    best, evaluation = facts.heads[facts.best_informed], facts.summary.evaluation
    drawn = {}
    if evaluation.adds:
        chart = adds_chart(evaluation.adds, evaluation.basis)
        drawn["adds"] = figure(chart, "What each modality adds, with its 95 % interval.")
    limits = facts.summary.manifest["dataset"]["limits"]
    chart = accuracy_chart(evaluation.accuracies(), limits, evaluation.basis)
    drawn["accuracy"] = figure(chart, "Accuracy of each model with its 95 % interval.")
    drawn["calibration"] = figure(
        calibration_chart(best.bins, facts.best_informed),
        "Share of answers that are right against their probability, in ten bins of equal count, beside the ideal.",
    )
    title = titles_of(facts.heads)[facts.best_informed].lower()
    drawn["confusion"] = _matrix(best.matrix, facts.held_out.classes, title)
    return drawn


def study_figures(bundle: Bundle) -> dict[str, Figure]:
    """Return charts of the model's studies that exist, by name."""
    drawn = {}
    learning, damage = kept_study(bundle, "learning"), kept_study(bundle, "robustness")
    if isinstance(learning, LearningCurve):
        chart = learning_chart(learning, bundle.manifest["dataset"]["limits"])
        drawn["learning"] = figure(chart, "Accuracy of each model against the number of training pairs.")
    if isinstance(damage, Robustness):
        for curve in damage.curves:
            name = curve.title.lower().replace(" ", "-")
            drawn[name] = figure(robustness_chart(curve), f"Accuracy of each model against: {curve.axis}.")
    return drawn


def _matrix(matrix: np.ndarray, classes: Sequence[str], title: str) -> Figure:
    """Return the confusion matrix, int (k, k); of very many classes, those that are most mixed up."""
    chart = confusion_chart(matrix, classes, clickable=False, whole=len(classes) <= _MOST)
    said = f"How many pairs of each true class got each answer, {title}."
    return figure(chart, said, min(chart.to_dict()["height"] + _NAMES, _WIDE))
