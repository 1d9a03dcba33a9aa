"""What is asked of an explanation, in words: why one class and not another, or what one class's score consists of."""

from mmdemo.explanation.explain import Explanation
from mmdemo.preprocess.shortened import shortened


def question(explained: Explanation, label: str) -> str:
    """Return the title of an explanation, as `against` or `alone` gives it."""
    if explained.other is None:
        return f"What adds up to the score of {_quoted(label)}"
    return f"Why {_quoted(label)} and not {_quoted(explained.other)}"


def colours(explained: Explanation, label: str) -> str:
    """Return in a sentence what blue and orange mean."""
    if explained.alone:
        return f"Blue raises the score of {_quoted(label)}, orange lowers it."
    return f"Blue counts for {_quoted(label)}, orange for {_quoted(explained.rival(label))}."


def total(explained: Explanation) -> str:
    """Return what all parts add up to."""
    return "score" if explained.other is None else "lead"


def axis(explained: Explanation) -> str:
    """Return what is measured, from one part to the next."""
    return "Score so far" if explained.other is None else f"Lead over {_quoted(explained.other)} so far (score)"


def lost(explained: Explanation, label: str) -> str:
    """Return what is measured where units are taken out."""
    what = "Score" if explained.alone else f"Lead over {_quoted(explained.rival(label))}"
    return f"{what} lost without it"


def _quoted(label: str) -> str:
    return f"“{shortened(label)}”"
