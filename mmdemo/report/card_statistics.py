"""The statistics of a model card, in Markdown."""

from collections.abc import Iterator

from mmdemo.bundles.facts import ModelFacts
from mmdemo.evaluation.confusion import Rate
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.sentences import listed, noun, points, titles_of
from mmdemo.evaluation.statistics import p_value
from mmdemo.model.heads import head_title
from mmdemo.report.markdown import plain, table


def statistics(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on all that is measured, with intervals and tests."""
    found = facts.summary.evaluation
    yield f"Measured on {found.protocol}, chosen with seed {facts.summary.config.seed}."
    if found.groups < found.n:
        yield f"Pairs that belong together are held out together and count as one: {found.groups:,} groups."
    yield ""
    yield from _results(facts)
    yield f"\n### Class by class, {titles_of(facts.heads)[facts.best_informed].lower()}\n"
    yield from _results_by_class(facts)
    yield "\n### How often answers are right, by model\n"
    yield from _promises_kept(facts)


def _results(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on each head's results and on what each modality adds."""
    limits = facts.summary.manifest["dataset"]["limits"]
    titles = ["", "Accuracy (95 % interval)", "Balanced", "Precision", "Recall", "F1", "Log loss", "Calibration error"]
    titles_by_head = titles_of(facts.heads)
    rows = []
    for name, found in facts.heads.items():
        metrics = found.metrics
        low, high = metrics.ci95
        numbers = [metrics.balanced_accuracy, metrics.precision_macro, metrics.recall_macro, metrics.f1_macro]
        rows.append(
            [titles_by_head[name], f"{metrics.accuracy:.3f} ({low:.3f}–{high:.3f})"]
            + [f"{number:.3f}" for number in [*numbers, metrics.log_loss, found.calibration_error]]
            + ([f"{limits[name]:.3f}"] if limits else [])
        )
    yield table([*titles, *(["Best possible"] if limits else [])], rows)
    yield ""
    yield (
        "Precision, recall and F1 are means over the classes; log loss is in nats; the calibration error is the mean "
        "distance between probability and accuracy over ten bins of equal count."
    )
    yield from _adds(facts)


def _results_by_class(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on each class's results with the best-informed head."""
    titles = ["Class", "Pairs", "Precision (95 % interval)", "Recall (95 % interval)", "F1 (95 % interval)"]
    yield table(
        titles,
        [
            [plain(one.label), str(one.support), share(one.precision), share(one.recall), share(one.f1)]
            for one in facts.heads[facts.best_informed].classes
        ],
    )


def share(rate: Rate, decimals: int = 2) -> str:
    """Return a share with its 95 % interval, for a table.

    >>> share(Rate(0.9, 20, (0.7, 0.97)))
    '0.90 (0.70–0.97)'
    """
    value, low, high = (f"{number:.{decimals}f}" for number in (rate.value, *rate.ci95))
    return f"{value} ({low}–{high})" if rate.n else "–"


def _promises_kept(facts: ModelFacts) -> Iterator[str]:
    """Yield the lines on whether answers are right as often as the words beside them promise."""
    titles = titles_of(facts.heads)
    rows = [
        [f"{titles[name]}: {one.words}", str(one.right.n), share(one.right, decimals=3)]
        for name, found in facts.heads.items()
        for one in found.promises
    ]
    yield table(["What stands beside an answer", "Held-out pairs", "Share right (95 % interval)"], rows)
    yield ""
    yield broken_promises(facts)


def broken_promises(facts: ModelFacts) -> str:
    """Return in one sentence which words the held-out pairs contradict, if any."""
    broken = [
        f"“{one.words}” of {title.lower()}"
        for title, found in zip(titles_of(facts.heads).values(), facts.heads.values(), strict=True)
        for one in found.promises
        if not one.kept
    ]
    if not broken:
        return "No interval lies below what the words promise."
    return f"The held-out pairs contradict {listed(broken)}: each interval lies below what the words promise."


def _adds(facts: ModelFacts) -> Iterator[str]:
    found = facts.summary.evaluation
    if found.adds:
        rows = [_added_row(one, found.modalities) for one in found.adds.values()]
        yield ""
        yield table(["Adding", "Points", "95 % interval", "McNemar’s test", "Fixed", "Broken"], rows)
    for note in found.notes():
        yield f"\n{note}"


def _added_row(one: Added, modalities: tuple[str, ...]) -> list[str]:
    low, high = (points(bound) for bound in one.ci95)
    what = f"{noun(one.modality)} to {head_title(one.over, modalities).lower()}"
    return [what, points(one.accuracy), f"{low} to {high}", p_value(one), str(one.fixed), str(one.broken)]
