"""Did fusion help? Metrics of each head on the same held-out pairs, and how certain the difference between them is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from mmdemo.evaluation.significance import gain_interval, mcnemar_p, pairs_needed, wilson_interval
from mmdemo.model.heads import FUSED

SIGNIFICANT = 0.05  # McNemar's p below which a difference is called significant
_WORTH_SHOWING = 0.03  # the gain in the sentence on how many more pairs would settle it


@dataclass(frozen=True)
class HeadMetrics:
    """The metrics of one head on the held-out pairs; all but `log_loss` (nats) lie in 0–1.

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
        """Whether the whole interval lies above 0 and McNemar's test agrees."""
        return self.ci95[0] > 0 and self.mcnemar_p < SIGNIFICANT


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
        """Return one plain sentence: whether fusion helped, by how much, and how certain that is."""
        if self.gain is None:
            return verdict(None, None, None)
        outlook = needed_sentence(self.n, self.gain.fixed + self.gain.broken)
        return verdict(self.gain.over, self.gain.accuracy, self.gain.ci95, outlook, self.gain.mcnemar_p)


def evaluate(labels: np.ndarray, probabilities: Mapping[str, np.ndarray], classes: tuple[str, ...]) -> Evaluation:
    """Return the metrics of each head: labels (n,) of str, probabilities head → (n, k) in the order of the classes."""
    heads = {name: _head_metrics(labels, rows, classes) for name, rows in probabilities.items()}
    if FUSED not in heads:
        return Evaluation(len(labels), heads, None)
    over = max((name for name in heads if name != FUSED), key=lambda name: heads[name].accuracy)
    right = {name: predicted(rows, classes) == labels for name, rows in probabilities.items()}
    return Evaluation(len(labels), heads, _gain(over, right[over], right[FUSED]))


def verdict(
    over: str | None,
    gain: float | None,
    ci95: tuple[float, float] | None,
    outlook: str | None = None,
    mcnemar_p: float = 0.0,
) -> str:
    """Return one plain sentence on a gain over a single modality and its 95 % interval, all −1…1; None: one head.

    outlook: what it would take to settle the question, added without evidence. mcnemar_p: of McNemar's exact test
    where it was made; on few pairs it may find less evidence than the interval.

    >>> verdict("image", 0.0714, (0.029, 0.114))
    'Fusion helps: +7.1 points over the image alone, 95 % interval +2.9 to +11.4.'
    """
    if over is None or gain is None or ci95 is None:
        return "One modality only: there is nothing to compare."
    alone = {"image": "the image", "text": "the caption"}.get(over, over)
    clear = mcnemar_p < SIGNIFICANT
    helps, hurts = ci95[0] > 0 and clear, ci95[1] < 0 and clear
    opening = "Fusion helps" if helps else "Fusion hurts" if hurts else "No evidence that fusion helps"
    low, high = (points(bound) for bound in ci95)
    closing = f"; {outlook}." if outlook and not (helps or hurts) else "."
    return f"{opening}: {points(gain)} points over {alone} alone, 95 % interval {low} to {high}{closing}"


def needed_sentence(pairs: int, discordant: int) -> str:
    """Return how many more held-out pairs would settle a 3-point gain, as the end of a sentence; see `pairs_needed`.

    pairs: how many there are. discordant: how many of them exactly one of the two heads gets right.

    >>> needed_sentence(140, 9)
    'about 420 more held-out pairs would settle a 3-point gain'
    """
    gain = f"a {100 * _WORTH_SHOWING:.0f}-point gain"
    missing = pairs_needed(_WORTH_SHOWING, discordant / pairs) - pairs
    if missing <= 0:
        return f"{gain} would most likely have shown on these {pairs:,} pairs"
    unit = 10 ** max(0, len(str(missing)) - 2)
    return f"about {round(missing / unit) * unit:,} more held-out pairs would settle {gain}"


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign.

    >>> points(0.0714)
    '+7.1'
    """
    return f"{100 * share:+.1f}".replace("-", "−")


def predicted(probabilities: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Return the likeliest labels, (n,), of probabilities (n, k)."""
    return np.array(classes)[probabilities.argmax(axis=1)]


def _gain(over: str, single: np.ndarray, fused: np.ndarray) -> Gain:
    fixed, broken = int((fused & ~single).sum()), int((single & ~fused).sum())
    return Gain(
        over=over,
        accuracy=(fixed - broken) / len(fused),
        ci95=gain_interval(fixed, broken, len(fused)),
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
        balanced_accuracy=float(metrics.recall_score(labels, guesses, labels=np.unique(labels), average="macro")),
        precision_macro=float(precision),
        recall_macro=float(recall),
        f1_macro=float(f1),
        log_loss=float(metrics.log_loss(labels, probabilities, labels=list(classes))),
        ci95=wilson_interval(int((guesses == labels).sum()), len(labels)),
    )
