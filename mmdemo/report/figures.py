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
_CELL, _AROUND = 30, 130  # pixels: of a cell at most, and of title and axis beside the cells
_LONG, _MANY = 20, 20  # letters of a name, and classes, beyond which a matrix has numbers for names
_MOST = 50  # classes of a matrix that can be read on A4


def results_figures(facts: ModelFacts) -> dict[str, Figure]:
    """Return charts of the results, by name; that of what is added only where something is."""
    best, evaluation = facts.heads[facts.best_informed], facts.summary.evaluation
    drawn = {}
    if evaluation.adds:
        chart = adds_chart(evaluation.adds, evaluation.basis)
        drawn["adds"] = figure(chart, "What each modality adds, with its 95 % interval.", _WIDE)
    limits = facts.summary.manifest["dataset"]["limits"]
    chart = accuracy_chart(evaluation.accuracies(), limits, evaluation.basis)
    drawn["accuracy"] = figure(chart, "Accuracy of each model with its 95 % interval.")
    drawn["calibration"] = figure(
        calibration_chart(best.bins, facts.best_informed),
        "Share of answers that are right against their probability, in ten bins of equal count, beside the ideal.",
    )
    if len(facts.held_out.classes) <= _MOST:
        title = titles_of(facts.heads)[facts.best_informed].lower()
        drawn["confusion"] = _matrix(best.matrix, facts.held_out.classes, title)
    return drawn


def are_numbered(classes: Sequence[str]) -> bool:
    """Return whether the matrix has a number for each class, as its names would leave no room for the cells."""
    return len(classes) > _MANY or max(map(len, classes)) > _LONG


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
    """Return the confusion matrix, int (k, k), with square cells."""
    names = [str(place) for place, _ in enumerate(classes, 1)] if are_numbered(classes) else classes
    around = _AROUND if names is classes else _AROUND // 2
    side = min(_CELL * len(classes), _WIDE - around)
    chart = confusion_chart(matrix, names, clickable=False).properties(height=side + around)
    return figure(chart, f"How many pairs of each true class got each answer, {title}.", side + around)
