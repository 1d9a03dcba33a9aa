"""The results in whole numbers for everybody: how many of 100 new pairs each model gets right."""

import math
from dataclasses import dataclass

from mmdemo.evaluation.difference import Added, Outcome
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.sentences import listed, noun
from mmdemo.model.heads import FUSED, head_inputs


@dataclass(frozen=True)
class Share:
    """So many of 100 pairs, and what is said of them; `more` and `fewer` are what adding the last modality changes.

    what: `right`, `more`, `fewer` or `wrong`.
    """

    what: str
    pairs: int
    said: str


def of_hundred(accuracy: float) -> int:
    """Return how many of 100 pairs an accuracy (0–1) means; all or none only where it is exactly that.

    >>> of_hundred(0.839), of_hundred(0.895), of_hundred(0.998), of_hundred(1.0), of_hundred(0.002)
    (84, 90, 99, 100, 1)
    """
    if accuracy in (0.0, 1.0):
        return round(100 * accuracy)
    return min(max(math.floor(100 * accuracy + 0.5), 1), 99)


def answer_sentence(found: Evaluation) -> str:
    """Return the answer to the app's question in plain words: yes, no, or that nobody can tell."""
    gain = found.gain
    if gain is None:
        return f"This model reads {noun(found.modalities[0])}s alone, so there is nothing to add."
    who, alone = together(found), without(gain, found)
    match gain.outcome:
        case Outcome.BETTER:
            return f"Yes, on this data: {who} do better than {alone}."
        case Outcome.WORSE:
            return f"No, on this data {who} do worse than {alone}."
        case _:
            return f"Nobody can tell yet: on this data {who} do neither clearly better nor worse than {alone}."


def hundred_sentence(found: Evaluation) -> str:
    """Return how many of 100 new pairs each modality alone gets right, and all of them together."""
    rights = [(f"the {noun(name)} alone", of_hundred(found.heads[name].accuracy)) for name in found.modalities]
    if found.adds:
        rights.append((together(found), of_hundred(found.heads[FUSED].accuracy)))
    (first, right), *others = rights
    return f"Of 100 new pairs, {listed([f'{first} gets {right} right', *(f'{who} {n}' for who, n in others)])}."


def shares(found: Evaluation) -> tuple[Share, ...]:
    """Return what becomes of 100 pairs: right before the last modality is added, what that changes, still wrong."""
    gain = found.gain
    if gain is None:
        (name,) = found.heads
        right = of_hundred(found.heads[name].accuracy)
        return _some(Share("right", right, f"right from the {noun(name)}"), Share("wrong", 100 - right, "wrong"))
    before, after = (of_hundred(found.heads[head].accuracy) for head in (gain.over, FUSED))
    added = f"the {noun(gain.modality)}"
    if after < before:
        return _some(
            Share("right", after, f"right from {together(found)}"),
            Share("fewer", before - after, f"lost by adding {added}"),
            Share("wrong", 100 - before, "wrong"),
        )
    return _some(
        Share("right", before, f"right from {without(gain, found)}"),
        Share("more", after - before, f"more with {added} too"),
        Share("wrong", 100 - after, "still wrong"),
    )


def together(found: Evaluation) -> str:
    """Return the model for everything in words: "both together", or "all together"."""
    return "both together" if len(found.modalities) == 2 else "all together"


def without(gain: Added, found: Evaluation) -> str:
    """Return the model without the modality that is added in words, such as "the caption alone"."""
    names = [f"the {noun(name)}" for name in head_inputs(gain.over, found.modalities)]
    return f"{listed(names)} alone" if len(names) == 1 else listed(names)


def _some(*shares: Share) -> tuple[Share, ...]:
    return tuple(share for share in shares if share.pairs)
