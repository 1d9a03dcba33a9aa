"""The part of a model card that holds the results, in Markdown."""

from collections.abc import Iterator

from mmdemo.bundles.facts import ModelFacts
from mmdemo.charts.heads import head_title
from mmdemo.evaluation.confusion import Rate
from mmdemo.evaluation.evaluate import points
from mmdemo.report.markdown import plain, table


def results(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on each head's results and the gain of fusion."""
    limits = facts.summary.manifest["dataset"]["limits"]
    titles = ["", "Accuracy (95 % interval)", "Balanced", "Precision", "Recall", "F1", "Log loss", "Calibration error"]
    rows = []
    for name, found in facts.heads.items():
        metrics = found.metrics
        low, high = metrics.ci95
        numbers = [metrics.balanced_accuracy, metrics.precision_macro, metrics.recall_macro, metrics.f1_macro]
        rows.append(
            [head_title(name), f"{metrics.accuracy:.3f} ({low:.3f}–{high:.3f})"]
            + [f"{number:.3f}" for number in [*numbers, metrics.log_loss, found.calibration_error]]
            + ([f"{limits[name]:.3f}"] if limits else [])
        )
    yield table([*titles, *(["Best possible"] if limits else [])], rows)
    yield ""
    yield (
        "Precision, recall and F1 are means over the classes; log loss is in nats; the calibration error is the mean "
        "distance between probability and accuracy over ten bins of equal count."
    )
    yield from _gains(facts)


def results_by_class(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on each class's results with the best-informed head."""
    titles = ["Class", "Pairs", "Precision (95 % interval)", "Recall (95 % interval)", "F1 (95 % interval)"]
    yield table(
        titles,
        [
            [plain(one.label), str(one.support), share(one.precision), share(one.recall), share(one.f1)]
            for one in facts.heads[facts.best_informed].classes
        ],
    )


def share(rate: Rate) -> str:
    """Return a share with its 95 % interval, for a table.

    >>> share(Rate(0.9, 20, (0.7, 0.97)))
    '0.90 (0.70–0.97)'
    """
    return f"{rate.value:.2f} ({rate.ci95[0]:.2f}–{rate.ci95[1]:.2f})" if rate.n else "–"


def _gains(facts: ModelFacts) -> Iterator[str]:
    gain, repeats = facts.summary.evaluation.gain, facts.summary.repeats
    if gain:
        yield (
            f"\nOn this split: fusion fixes {gain.fixed} and breaks {gain.broken} of the answers of "
            f"“{head_title(gain.over).lower()}”: {points(gain.accuracy)} points, 95 % interval "
            f"{points(gain.ci95[0])} to {points(gain.ci95[1])}, McNemar p = {gain.mcnemar_p:.3g}."
        )
    if repeats:
        means = ", ".join(
            f"{head_title(head).lower()} {mean:.3f} ({low:.3f}–{high:.3f})"
            for head, (mean, (low, high)) in repeats.means().items()
        )
        yield f"\nMean of {len(repeats.seeds)} random splits ({repeats.pairs:,} different pairs): {means}."
