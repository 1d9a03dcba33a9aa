"""Did fusion help? Metrics of each head on the same held-out pairs, and how sure the difference between them is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn import metrics

from mmdemo.config import FUSED

_RESAMPLES = 10_000
_SEED = 42


@dataclass(frozen=True)
class HeadMetrics:
    """How one head did on the held-out pairs; all but `log_loss` (nats) lie in 0–1.

    ci95: Wilson's 95 % interval of the accuracy.
    """

    accuracy: float
    balanced_accuracy: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    log_loss: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Gain:
    """What fusion adds to the better single modality, on the same pairs.

    over: that modality.
    accuracy: difference of the accuracies (−1…1), with its paired bootstrap 95 % interval `ci95`.
    mcnemar_p: exact two-sided p-value that fusion fixes as many pairs as it breaks.
    fixed, broken: how many pairs only fusion, or only the single modality, gets right.
    """

    over: str
    accuracy: float
    ci95: tuple[float, float]
    mcnemar_p: float
    fixed: int
    broken: int

    @property
    def helps(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.ci95[0] > 0


@dataclass(frozen=True)
class Evaluation:
    """All heads on the same n held-out pairs; `gain` is None where there is only one head."""

    n: int
    heads: Mapping[str, HeadMetrics]
    gain: Gain | None

    def accuracies(self) -> dict[str, tuple[float, tuple[float, float]]]:
        """Return head → its accuracy and the 95 % interval of that."""
        return {head: (found.accuracy, found.ci95) for head, found in self.heads.items()}

    def verdict(self) -> str:
        """Return one plain sentence: whether fusion helped, by how much, and how sure that is."""
        return verdict(*(self.gain.over, self.gain.accuracy, self.gain.ci95) if self.gain else (None, None, None))


def evaluate(labels: np.ndarray, probabilities: Mapping[str, np.ndarray], classes: tuple[str, ...]) -> Evaluation:
    """Return how each head did: labels (n,) of str, probabilities head → (n, k) in the order of the classes."""
    heads = {name: _head_metrics(labels, rows, classes) for name, rows in probabilities.items()}
    if FUSED not in heads:
        return Evaluation(len(labels), heads, None)
    over = max((name for name in heads if name != FUSED), key=lambda name: heads[name].accuracy)
    right = {name: predicted(rows, classes) == labels for name, rows in probabilities.items()}
    return Evaluation(len(labels), heads, _gain(over, right[over], right[FUSED]))


def verdict(over: str | None, gain: float | None, ci95: tuple[float, float] | None) -> str:
    """Return one plain sentence on a gain over a single modality and its 95 % interval, all −1…1; None: one head.

    >>> verdict("image", 0.0714, (0.029, 0.114))
    'Fusion helps: +7.1 points over the picture alone, 95 % interval +2.9 to +11.4.'
    """
    if over is None or gain is None or ci95 is None:
        return "One modality only: there is nothing to compare."
    alone = {"image": "the picture", "text": "the words"}.get(over, over)
    opening = "Fusion helps" if ci95[0] > 0 else "Fusion hurts" if ci95[1] < 0 else "No evidence that fusion helps"
    low, high = (points(bound) for bound in ci95)
    return f"{opening}: {points(gain)} points over {alone} alone, 95 % interval {low} to {high}."


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign.

    >>> points(0.0714)
    '+7.1'
    """
    return f"{100 * share:+.1f}".replace("-", "−")


def predicted(probabilities: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Return the likeliest labels, (n,), of probabilities (n, k)."""
    return np.array(classes)[probabilities.argmax(axis=1)]


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `right` in `n`.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    >>> [round(bound, 3) for bound in wilson_interval(90, 100)]
    [0.826, 0.945]
    """
    interval = stats.binomtest(right, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap_interval(differences: np.ndarray, counts: np.ndarray | None = None) -> tuple[float, float]:
    """Return the paired percentile-bootstrap 95 % interval of a mean difference, from 10,000 resamples of the pairs.

    differences: (n,), each pair's `fused right − single right`, summed over its predictions.
    counts: (n,), how many predictions each pair has; None means one. A pair's predictions are resampled together.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.
    """
    counts = np.ones(len(differences)) if counts is None else counts
    drawn = np.random.default_rng(_SEED).multinomial(
        len(differences), np.full(len(differences), 1 / len(differences)), size=_RESAMPLES
    )
    means = (drawn @ differences) / np.maximum(drawn @ counts, 1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def mcnemar_p(fixed: int, broken: int) -> float:
    """Return the exact two-sided p-value that a discordant pair is as often fixed as broken; 1 without any.

    Source: McNemar (1947), "Note on the sampling error of the difference between correlated proportions".

    >>> round(mcnemar_p(10, 2), 4)
    0.0386
    """
    return float(stats.binomtest(fixed, fixed + broken).pvalue) if fixed + broken else 1.0


def _gain(over: str, single: np.ndarray, fused: np.ndarray) -> Gain:
    fixed, broken = int((fused & ~single).sum()), int((single & ~fused).sum())
    differences = fused.astype(int) - single.astype(int)
    return Gain(
        over=over,
        accuracy=float(differences.mean()),
        ci95=bootstrap_interval(differences),
        mcnemar_p=mcnemar_p(fixed, broken),
        fixed=fixed,
        broken=broken,
    )


def _head_metrics(labels: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]) -> HeadMetrics:
    guesses = predicted(probabilities, classes)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        labels, guesses, labels=list(classes), average="macro", zero_division=0
    )
    return HeadMetrics(
        accuracy=float((guesses == labels).mean()),
        balanced_accuracy=_balanced_accuracy(labels, guesses),
        precision_macro=float(precision),
        recall_macro=float(recall),
        f1_macro=float(f1),
        log_loss=log_loss(labels, probabilities, classes),
        ci95=wilson_interval(int((guesses == labels).sum()), len(labels)),
    )


def log_loss(labels: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]) -> float:
    """Return the mean of −ln(probability of the true label), in nats; probabilities are (n, k)."""
    columns = np.searchsorted(np.array(classes), labels)
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), columns], 1e-15)).mean())


def _balanced_accuracy(labels: np.ndarray, guesses: np.ndarray) -> float:
    return float(np.mean([(guesses[labels == label] == label).mean() for label in np.unique(labels)]))
