"""The results in a statistician's words: with interval and test, beside the plain `sentences`."""

from collections.abc import Collection, Mapping

from mmdemo.evaluation.difference import Added, Difference
from mmdemo.evaluation.metrics import HeadMetrics
from mmdemo.evaluation.sentences import any_of, listed, noun, points, titles_of
from mmdemo.evaluation.unrepeated import Unrepeated
from mmdemo.model.heads import head_title


def added_statistics(found: Added, modalities: Collection[str], n: int) -> str:
    """Return what a modality adds in points, with interval, test, and the pairs that it fixes and breaks.

    modalities: all that the model reads. n: held-out pairs.
    """
    over = head_title(found.over, modalities).lower()
    return (
        f"The {noun(found.modality)}, added to “{over}”: {measured(found)}; {found.fixed:,} pairs fixed, "
        f"{found.broken:,} broken (the two models differ on {(found.fixed + found.broken) / n:.1%} of {n:,})."
    )


def measured(found: Difference) -> str:
    """Return a difference in points with its interval and p-value.

    >>> measured(Difference(0.151, (0.12, 0.182), 1e-9, 120, 11, 120, 11))
    '+15.1 points (95 % interval +12.0 to +18.2, McNemar’s p < 0.001)'
    """
    low, high = (points(bound) for bound in found.ci95)
    return f"{points(found.accuracy)} points (95 % interval {low} to {high}, McNemar’s {p_value(found)})"


def p_value(found: Difference) -> str:
    """Return the test's p-value, such as "p = 0.07" or "p < 0.001"."""
    p = found.mcnemar_p
    # Two digits could make 0.0496 look like 0.05.
    return "p < 0.001" if p < 0.001 else f"p = {p:.3g}" if p < 0.1 else f"p = {p:.2g}"


def protocol(n: int, folds: int) -> str:
    """Return on what results rest, with how the pairs were held out.

    >>> protocol(719, 5), protocol(144, 1)
    ('719 pairs, each held out once (5 folds)', '144 held-out pairs (one split)')
    """
    return f"{n:,} pairs, each held out once ({folds} folds)" if folds > 1 else f"{n:,} held-out pairs (one split)"


def balanced_sentence(heads: Mapping[str, HeadMetrics]) -> str:
    """Return the heads' accuracies with every class counted the same."""
    titles = titles_of(heads)
    shares = [
        f"{titles[head].lower()} {found.balanced_accuracy:.1%} "
        f"({found.balanced_ci95[0]:.1%} to {found.balanced_ci95[1]:.1%})"
        for head, found in heads.items()
    ]
    return f"The classes are of uneven size. Balanced accuracy, with each class counted the same: {', '.join(shares)}."


def unrepeated_sentence(found: Unrepeated, modalities: Collection[str]) -> str:
    """Return how the results change without the repeated pairs, and for which models that is more than chance."""
    what = any_of(modalities)
    if not found.n:
        return f"Every held-out pair repeats {what} from training: none is left to judge by."
    titles = {head: head_title(head, modalities).lower() for head in found.heads}
    shares = [f"{titles[head]} {one.accuracy:.1%} ({points(one.change)})" for head, one in found.heads.items()]
    without = f"Without the {found.repeated:,} pairs that repeat {what} from training: {', '.join(shares)}."
    loud = [titles[head] for head, one in found.heads.items() if one.loud]
    return f"{without} The repeated pairs are easier by more than chance for {listed(loud)}." if loud else without
