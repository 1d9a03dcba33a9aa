"""How well one head answers held-out pairs."""

from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.intervals import mean_interval, per_group, percentiles


@dataclass(frozen=True)
class HeadMetrics:
    """The metrics of one head on the held-out pairs; all but `log_loss` (nats) lie in 0–1.

    ci95, balanced_ci95: the 95 % intervals of the accuracy and of the balanced accuracy.
    The means over classes (balanced, macro) are over those that occur among the labels.
    """

    accuracy: float
    balanced_accuracy: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    log_loss: float
    ci95: tuple[float, float]
    balanced_ci95: tuple[float, float]


def head_metrics(tested: HeldOut, head: str) -> HeadMetrics:
    """Return the metrics of one head."""
    from sklearn import metrics  # to read a model, or to show its results, takes none of it

    labels, guesses, right = tested.labels, tested.guesses(head), tested.right(head)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        labels, guesses, labels=np.unique(labels), average="macro", zero_division=0
    )
    return HeadMetrics(
        accuracy=float(right.mean()),
        balanced_accuracy=float(recall),
        precision_macro=float(precision),
        recall_macro=float(recall),
        f1_macro=float(f1),
        log_loss=float(metrics.log_loss(labels, tested.probabilities[head], labels=list(tested.classes))),
        ci95=mean_interval(right, tested.groups),
        balanced_ci95=balanced_interval(right, labels, tested.groups),
    )


def balanced_interval(right: np.ndarray, labels: np.ndarray, group: np.ndarray | None = None) -> tuple[float, float]:
    """Return the 95 % interval of the mean over the classes of the share answered right; see `mean_interval`.

    The half groups at either end are shared among the classes: half a group each would pull many small classes down.
    right: bool (n,). labels: str (n,). group: int (n,).
    """
    position = np.unique(labels, return_inverse=True)[1]
    members = np.eye(position.max() + 1)[position]  # (n, k)
    k = members.shape[1]
    sums = per_group(np.concatenate([members * right[:, None], members], axis=1), group)
    size = np.eye(k) * len(right) / len(sums)
    extremes = np.concatenate([np.concatenate([size, size], axis=1), np.concatenate([0 * size, size], axis=1)])
    return percentiles(sums, extremes, 0.5 / k, lambda drawn: (drawn[:, :k] / drawn[:, k:]).mean(axis=1))
