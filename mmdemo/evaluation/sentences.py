"""The results in plain words: what both the interval and the test support, and no more; see `statistics`."""

from collections.abc import Collection, Sequence

from mmdemo.evaluation.difference import Added, Difference, Outcome
from mmdemo.evaluation.held_out import modalities_of
from mmdemo.evaluation.significance import pairs_needed
from mmdemo.evaluation.unrepeated import Unrepeated
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import head_inputs, head_title, head_words

_WORTH_SHOWING = 0.03  # the gain in the sentence on how many more pairs would settle it


def added_sentence(found: Added, modalities: Collection[str], n: int) -> str:
    """Return in plain words whether a modality helps, by how much and, if that is not clear, what would settle it.

    modalities: all that the model reads. n: held-out pairs.
    """
    others = listed([f"the {noun(name)}" for name in head_inputs(found.over, modalities)])
    adding = f"dding the {noun(found.modality)} to {others}"
    match found.outcome:
        case Outcome.BETTER:
            return f"A{adding} helps: {of_hundred_pairs(found)}."
        case Outcome.WORSE:
            return f"A{adding} hurts: {of_hundred_pairs(found)}."
        case Outcome.UNCLEAR:
            opening = f"No clear difference from a{adding}: {of_hundred_pairs(found)}."
        case _:
            opening = f"Not settled whether a{adding} helps: {of_hundred_pairs(found)}. {disagreement(found)}"
    return f"{opening} {needed_sentence(n, found.fixed + found.broken)}"


def of_hundred_pairs(found: Difference) -> str:
    """Return a difference in pairs of 100, with its 95 % interval in plain words.

    >>> of_hundred_pairs(Difference(0.151, (0.12, 0.182), 1e-9, 120, 11, 120, 11))
    '15.1 more of 100 pairs are answered correctly (likely between 12.0 and 18.2)'
    >>> of_hundred_pairs(Difference(0.02, (-0.04, 0.08), 0.4, 10, 8, 10, 8))
    '2.0 more of 100 pairs are answered correctly (likely between 4.0 fewer and 8.0 more)'
    """
    size, (low, high) = _pairs(found.accuracy), found.ci95
    how_many = "just as many" if size == "0.0" else f"{size} {'more' if found.accuracy > 0 else 'fewer'}"
    if found.outcome in (Outcome.BETTER, Outcome.WORSE):
        nearer, further = sorted(found.ci95, key=abs)
        likely = f"{_pairs(nearer)} and {_pairs(further)}"
    else:
        likely = f"{_more_or_fewer(low)} and {_more_or_fewer(high)}"
    return f"{how_many} of 100 pairs are answered correctly (likely between {likely})"


def disagreement(found: Difference) -> str:
    """Return in plain words how the interval and the test disagree; nothing where they agree."""
    said = {
        Outcome.ONLY_INTERVAL: "The two statistical checks disagree: the likely range leaves out “no difference”, but "
        "the test says that chance alone could explain it.",
        Outcome.ONLY_TEST: "The two statistical checks disagree: the likely range includes “no difference”, but the "
        "test says that chance alone would seldom explain it.",
        Outcome.OPPOSED: "The two statistical checks disagree: the likely range and the test point in opposite "
        "directions.",
    }
    return said.get(found.outcome, "")


def needed_sentence(pairs: int, discordant: int) -> str:
    """Return how many more held-out pairs would settle a gain of 3 in 100; see `pairs_needed`.

    pairs: how many there are. discordant: how many of them exactly one of the two models gets right.

    >>> needed_sentence(140, 9)
    'About 420 more pairs to test on would show whether it gains 3 in 100.'
    """
    gain = f"{100 * _WORTH_SHOWING:.0f} in 100"
    missing = pairs_needed(_WORTH_SHOWING, discordant / pairs) - pairs
    if missing <= 0:
        return f"A gain of {gain} would most likely have shown on these {pairs:,} pairs."
    unit = 10 ** max(0, len(str(missing)) - 2)
    return f"About {round(missing / unit) * unit:,} more pairs to test on would show whether it gains {gain}."


def basis(n: int) -> str:
    """Return on what results rest, in plain words.

    >>> basis(719), basis(1)
    ('719 pairs the model had not seen', '1 pair the model had not seen')
    """
    return f"{n:,} {'pair' if n == 1 else 'pairs'} the model had not seen"


def repeats_warning(found: Unrepeated, modalities: Collection[str]) -> str:
    """Return why the results may be too good, for results that are `loud`."""
    what = any_of(modalities)
    if not found.n:
        return f"These results may be too good: every pair tested repeats {what} that the model was trained on."
    loud = [head for head, one in found.heads.items() if one.loud]
    if not loud:
        left = f"only {found.n:,} {'pair does' if found.n == 1 else 'pairs do'} not, too few to tell"
        return f"These results may be too good: {found.repeated:,} pairs repeat {what} from training, and {left}."
    one = found.heads[loud[-1]]
    return (
        f"These results may be too good: {found.repeated:,} pairs repeat {what} from training. Without them, "
        f"{head_words(loud[-1], modalities)} gets {one.accuracy:.1%} right instead of {one.accuracy - one.change:.1%}."
    )


def titles_of(heads: Collection[str]) -> dict[str, str]:
    """Return head → its title for a person, for the heads of one model."""
    return {head: head_title(head, modalities_of(heads)) for head in heads}


def any_of(modalities: Collection[str]) -> str:
    """Return one of the modalities in words, such as "an image or a caption"."""
    return listed([MODALITIES[name].a_noun if name in MODALITIES else name for name in modalities], "or")


def _pairs(share: float) -> str:
    return f"{abs(100 * share):.1f}"


def _more_or_fewer(share: float) -> str:
    return f"{_pairs(share)} {'fewer' if share < 0 else 'more'}"


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
