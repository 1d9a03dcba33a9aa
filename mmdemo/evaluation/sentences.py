"""The results in plain English: what both the interval and the test support, and no more."""

from collections.abc import Collection, Mapping, Sequence

from mmdemo.evaluation.difference import Added, Difference, Outcome
from mmdemo.evaluation.held_out import modalities_of
from mmdemo.evaluation.metrics import HeadMetrics
from mmdemo.evaluation.significance import pairs_needed
from mmdemo.evaluation.unrepeated import Unrepeated
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import head_inputs, head_title

_WORTH_SHOWING = 0.03  # the gain in the sentence on how many more pairs would settle it


def added_sentence(found: Added, modalities: Collection[str], n: int) -> str:
    """Return whether a modality helps, by how much, how certain that is and, if it is not, what would settle it.

    modalities: all that the model reads. n: held-out pairs.
    """
    others = listed([f"the {noun(name)}" for name in head_inputs(found.over, modalities)])
    adding = f"dding the {noun(found.modality)} to {others}"
    match found.outcome:
        case Outcome.BETTER:
            return f"A{adding} helps: {measured(found)}."
        case Outcome.WORSE:
            return f"A{adding} hurts: {measured(found)}."
        case Outcome.UNCLEAR:
            opening = f"No clear difference from a{adding}: {measured(found)}."
        case _:
            opening = f"A{adding}: {measured(found)}. {disagreement(found)}"
    return f"{opening} {needed_sentence(n, found.fixed + found.broken)}"


def measured(found: Difference) -> str:
    """Return a difference in points with its interval and p-value.

    >>> measured(Difference(0.151, (0.12, 0.182), 1e-9, 120, 11, 120, 11))
    '+15.1 points (95 % interval +12.0 to +18.2, McNemar’s p < 0.001)'
    """
    low, high = (points(bound) for bound in found.ci95)
    return f"{points(found.accuracy)} points (95 % interval {low} to {high}, McNemar’s {p_value(found)})"


def disagreement(found: Difference) -> str:
    """Return how the interval and the test disagree; raise a KeyError where they do not."""
    return {
        Outcome.ONLY_INTERVAL: f"The interval excludes 0 but McNemar’s test does not call it ({p_value(found)}): "
        "not settled.",
        Outcome.ONLY_TEST: f"The interval includes 0 although McNemar’s test finds a difference ({p_value(found)}): "
        "not settled.",
        Outcome.OPPOSED: "The interval and McNemar’s test point in opposite directions: not settled.",
    }[found.outcome]


def p_value(found: Difference) -> str:
    """Return the test's p-value, such as "p = 0.07" or "p < 0.001"."""
    p = found.mcnemar_p
    # Two digits could make 0.0496 look like 0.05.
    return "p < 0.001" if p < 0.001 else f"p = {p:.3g}" if p < 0.1 else f"p = {p:.2g}"


def needed_sentence(pairs: int, discordant: int) -> str:
    """Return how many more held-out pairs would settle a 3-point gain; see `pairs_needed`.

    pairs: how many there are. discordant: how many of them exactly one of the two models gets right.

    >>> needed_sentence(140, 9)
    'About 420 more held-out pairs would settle a 3-point gain, if the two models keep differing on 6.4 % of the pairs.'
    """
    gain = f"a {100 * _WORTH_SHOWING:.0f}-point gain"
    missing = pairs_needed(_WORTH_SHOWING, discordant / pairs) - pairs
    if missing <= 0:
        return f"{gain.capitalize()} would most likely have shown on these {pairs:,} pairs."
    unit = 10 ** max(0, len(str(missing)) - 2)
    return (
        f"About {round(missing / unit) * unit:,} more held-out pairs would settle {gain}, if the two models keep "
        f"differing on {100 * discordant / pairs:.1f} % of the pairs."
    )


def basis(n: int, folds: int) -> str:
    """Return on what results rest, for a chart or a table.

    >>> basis(719, 5), basis(144, 1)
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
    """Return how the results change without the repeated pairs, and whether that is more than chance."""
    what = listed([noun(name) for name in modalities], "or")
    if not found.n:
        return f"Of every held-out pair the {what} also stands in training: nothing else is left to judge by."
    shares = [
        f"{head_title(head, modalities).lower()} {one.accuracy:.1%} ({points(one.change)})"
        for head, one in found.heads.items()
    ]
    without = f"ithout the {found.repeated:,} pairs whose {what} also stands in training: {', '.join(shares)}."
    if not found.loud:
        return f"W{without}"
    loud = [head_title(head, modalities).lower() for head, one in found.heads.items() if one.loud]
    if not loud:
        left = f"{found.n:,} {'pair' if found.n == 1 else 'pairs'}"
        return f"These results may be too good: only {left} repeat nothing from training, too few to tell. W{without}"
    return (
        "These results may be too good: pairs that repeat something from training are answered better than the others, "
        f"by more than chance, by {listed(loud)}. W{without}"
    )


def titles_of(heads: Collection[str]) -> dict[str, str]:
    """Return head → its title for a person, for the heads of one model."""
    return {head: head_title(head, modalities_of(heads)) for head in heads}


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign.

    >>> points(0.0714)
    '+7.1'
    """
    return f"{100 * share:+.1f}".replace("-", "−")


def noun(modality: str) -> str:
    """Return what a person calls a modality, such as "caption"."""
    return MODALITIES[modality].noun if modality in MODALITIES else modality


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as a list in words.

    >>> listed(["the smell", "the image", "the caption"])
    'the smell, the image and the caption'
    """
    return f" {last} ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), names[-1]])
